#include "client/cli/expression/functions.h"

#include <utility>

#include "client/cli/expression/convert.h"
#include "client/cli/expression/error.h"
#include "client/cpp/autograd.h"
#include "client/cpp/factories.h"

namespace gradd::cli {
namespace {

// The parameters dtype, device and requires_grad, which stand from `first` on.
TensorOptions OptionsIn(const BoundArguments& bound, size_t first, TensorOptions options) {
  const auto given = [&](size_t i) {
    return bound.Has(i) && !std::holds_alternative<None>(bound[i]);
  };
  if (given(first)) options = options.dtype(ToDType(bound[first], bound.offset(first)));
  if (given(first + 1))
    options = options.device(ToDevice(bound[first + 1], bound.offset(first + 1)));
  if (given(first + 2)) {
    options = options.requires_grad(ToBool(bound[first + 2], bound.offset(first + 2)));
  }
  return options;
}

std::vector<Parameter> WithOptions(std::vector<Parameter> parameters) {
  for (const char* name : {"dtype", "device", "requires_grad"}) parameters.push_back({name, false});
  return parameters;
}

bool Flag(const BoundArguments& bound, size_t parameter) {
  return bound.Has(parameter) && ToBool(bound[parameter], bound.offset(parameter));
}

Tensor Input(const BoundArguments& bound, size_t parameter, const TensorOptions& where) {
  return ToTensor(bound[parameter], where, bound.offset(parameter));
}

// One tensor, or a list of them.
std::vector<Tensor> Inputs(const BoundArguments& bound, size_t parameter,
                           const TensorOptions& where) {
  if (!bound.Has(parameter) || std::holds_alternative<None>(bound[parameter])) return {};
  if (IsTensorLike(bound[parameter])) return {Input(bound, parameter, where)};
  return ToTensors(bound[parameter], where, bound.offset(parameter));
}

// A function of one tensor.
Function Method(std::function<Object(const Tensor&, SourceLine)> call) {
  return {
      {{"input"}},
      [call = std::move(call)](const BoundArguments& bound, const TensorOptions& where,
                               SourceLine source) { return call(Input(bound, 0, where), source); }};
}

using Factory = Tensor (*)(const DimsArg&, const TensorOptions&, SourceLine);
Function Creating(Factory factory) {
  return {WithOptions({{"size", true, true}}),
          [factory](const BoundArguments& bound, const TensorOptions& where, SourceLine source) {
            return factory(ToDims(bound[0], bound.offset(0)), OptionsIn(bound, 1, where), source);
          }};
}

using LikeFactory = Tensor (*)(const Tensor&, const TensorOptions&, SourceLine);
Function CreatingLike(LikeFactory factory) {
  return {WithOptions({{"input"}}),
          [factory](const BoundArguments& bound, const TensorOptions& where, SourceLine source) {
            return factory(Input(bound, 0, where), OptionsIn(bound, 1, TensorOptions()), source);
          }};
}

Object NewTensor(const BoundArguments& bound, const TensorOptions& where, SourceLine) {
  return MakeTensor(bound[0], OptionsIn(bound, 1, where), bound.offset(0));
}

Object Item(const Tensor& tensor, SourceLine source) {
  if (IsFloating(tensor.dtype())) return Scalar(tensor.item<double>(source));
  if (tensor.dtype() == DType::kBool) return Scalar(tensor.item<bool>(source));
  return Scalar(tensor.item<int64_t>(source));
}

Object Convert(const BoundArguments& bound, const TensorOptions& where, SourceLine source) {
  TensorOptions options = OptionsIn(bound, 2, TensorOptions());
  if (bound.Has(1)) {
    options = std::holds_alternative<DType>(bound[1])
                  ? options.dtype(std::get<DType>(bound[1]))
                  : options.device(ToDevice(bound[1], bound.offset(1)));
  }
  return Input(bound, 0, where).to(options, source);
}

Object Backward(const BoundArguments& bound, const TensorOptions& where, SourceLine source) {
  const std::vector<Tensor> gradient = Inputs(bound, 1, where);
  std::optional<bool> retain_graph;
  if (bound.Has(2)) retain_graph = Flag(bound, 2);
  Input(bound, 0, where)
      .backward(gradient.empty() ? Tensor() : gradient[0], retain_graph, Flag(bound, 3), {},
                source);
  return None{};
}

Object Gradients(const BoundArguments& bound, const TensorOptions& where, SourceLine source) {
  GradOptions options;
  if (bound.Has(3)) options.retain_graph = Flag(bound, 3);
  options.create_graph = Flag(bound, 4);
  if (bound.Has(5)) options.allow_unused = Flag(bound, 5);
  const std::vector<Tensor> gradients = client::grad(
      Inputs(bound, 0, where), Inputs(bound, 1, where), Inputs(bound, 2, where), options, source);
  if (gradients.size() == 1) return gradients[0];
  return MakeList(std::vector<Object>(gradients.begin(), gradients.end()));
}

Object SetRequiresGrad(const BoundArguments& bound, const TensorOptions& where, SourceLine source) {
  const Tensor tensor = Input(bound, 0, where);
  tensor.requires_grad_(!bound.Has(1) || Flag(bound, 1), source);
  return tensor;
}

std::map<std::string, Function> MakeFunctions() {
  const Parameter input = {"input"};
  std::map<std::string, Function> functions = {
      {"tensor", {WithOptions({{"data"}}), NewTensor}},
      {"zeros", Creating(zeros)},
      {"ones", Creating(ones)},
      {"zeros_like", CreatingLike(zeros_like)},
      {"ones_like", CreatingLike(ones_like)},
      {"rand_like", CreatingLike(rand_like)},
      {"randn_like", CreatingLike(randn_like)},
      {"backward",
       {{input, {"gradient", false}, {"retain_graph", false}, {"create_graph", false}}, Backward}},
      {"grad",
       {{{"outputs"},
         {"inputs"},
         {"grad_outputs", false},
         {"retain_graph", false},
         {"create_graph", false},
         {"allow_unused", false}},
        Gradients}},
      {"requires_grad_", {{input, {"requires_grad", false}}, SetRequiresGrad}},
      {"to", {WithOptions({input, {"other", false}}), Convert}},
      {"reshape",
       {{input, {"shape", true, true}},
        [](const BoundArguments& bound, const TensorOptions& where, SourceLine source) {
          return Input(bound, 0, where).reshape(ToDims(bound[1], bound.offset(1)), source);
        }}},
      {"retain_grad", Method([](const Tensor& tensor, SourceLine source) {
         tensor.retain_grad(source);
         return None{};
       })},
      {"zero_",
       Method([](const Tensor& tensor, SourceLine source) { return tensor.zero_(source); })},
      {"t", Method([](const Tensor& tensor, SourceLine source) { return tensor.t(source); })},
      {"contiguous",
       Method([](const Tensor& tensor, SourceLine source) { return tensor.contiguous(source); })},
      {"item", Method(Item)},
      {"numel", Method([](const Tensor& tensor, SourceLine) { return Scalar(tensor.numel()); })},
      {"dim", Method([](const Tensor& tensor, SourceLine) { return Scalar(tensor.dim()); })},
      {"size", Method([](const Tensor& tensor, SourceLine) { return tensor.shape(); })},
  };
  for (const auto& [name, dtype] : {std::pair("double", kFloat64), std::pair("float", kFloat32),
                                    std::pair("long", kInt64), std::pair("bool", kBool)}) {
    functions.emplace(name, Method([dtype = dtype](const Tensor& tensor, SourceLine source) {
                        return tensor.to(dtype, source);
                      }));
  }
  return functions;
}

}  // namespace

const std::map<std::string, Function>& Functions() {
  static const auto* const functions = new std::map<std::string, Function>(MakeFunctions());
  return *functions;
}

}  // namespace gradd::cli
