#include "client/cli/expression/op_call.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/strip.h"

#include "client/cli/expression/convert.h"
#include "client/cli/expression/error.h"
#include "client/cpp/call.h"
#include "core/ops/op_table.h"

namespace gradd::cli {
namespace {

// The number that stands for an input which is not given.
std::optional<double> InputDefault(const Op& op, size_t input) {
  return input < op.input_defaults.size() ? op.input_defaults[input] : std::nullopt;
}

bool IsList(const Op& op, size_t input) { return op.is_variadic && input + 1 == op.inputs.size(); }

bool IsDeviceOfNew(const Op& op, const AttributeDef& def) {
  return op.inputs.empty() && def.kind == AttributeKind::kDevice;
}

// One call, sorted into what the client wants.
class Call {
 public:
  Call(const Op& op, const BoundArguments& bound, const TensorOptions& where)
      : op_(op), bound_(bound), where_(where), input_places_(op.inputs.size()) {
    const std::vector<OpArgument> arguments = GivenArgumentsOf(op);
    attributes_.resize(op.attributes.size());
    for (size_t i = 0; i < arguments.size(); ++i) {
      if (arguments[i].is_input) {
        input_places_[arguments[i].position] = i;
      } else {
        attributes_[arguments[i].position] = AttributeAt(i, op.attributes[arguments[i].position]);
      }
    }
  }

  Attributes attributes() const { return Attributes(attributes_); }

  Values Inputs() const {
    const bool any_tensor = std::any_of(input_places_.begin(), input_places_.end(), [&](size_t i) {
      return bound_.Has(i) && !std::holds_alternative<Scalar>(bound_[i]);
    });
    Values inputs;
    for (size_t input = 0; input < input_places_.size(); ++input) {
      const size_t place = input_places_[input];
      if (!bound_.Has(place)) {
        inputs.push_back(MakeScalar(*InputDefault(op_, input)));
      } else if (IsList(op_, input)) {
        AppendList(place, inputs);
      } else if (TakesNumber(input) && (any_tensor || input > 0) &&
                 std::holds_alternative<Scalar>(bound_[place])) {
        inputs.push_back(MakeScalar(std::get<Scalar>(bound_[place])));
      } else {
        // A number too, where a call needs a tensor to know where it goes.
        inputs.push_back(ToTensor(bound_[place], where_, bound_.offset(place)).value());
      }
    }
    return inputs;
  }

 private:
  bool TakesNumber(size_t input) const {
    return op_.inputs.size() > 1 && (op_.is_pointwise || op_.number_inputs.Contains(input));
  }

  void AppendList(size_t place, Values& inputs) const {
    for (const Tensor& tensor : ToTensors(bound_[place], where_, bound_.offset(place))) {
      inputs.push_back(tensor.value());
    }
  }

  AttributeValue AttributeAt(size_t place, const AttributeDef& def) const {
    const bool left_out = !bound_.Has(place) || std::holds_alternative<None>(bound_[place]);
    if (!left_out) return ToAttribute(def.kind, bound_[place], bound_.offset(place));
    if (IsDeviceOfNew(op_, def)) return DeviceOf(where_, SourceLineOf(bound_.offset(place)));
    return def.optional ? AttributeValue() : def.fallback;
  }

  const Op& op_;
  const BoundArguments& bound_;
  const TensorOptions& where_;
  std::vector<size_t> input_places_;  // of the inputs among the parameters
  std::vector<AttributeValue> attributes_;
};

}  // namespace

NamedOp FindNamedOp(absl::string_view name) {
  const Op* op = FindOp(name);
  if (op != nullptr && !op->is_internal) return {op, false};
  if (absl::ConsumeSuffix(&name, "_")) {
    op = FindOp(name);
    if (op != nullptr && !op->is_internal && op->has_in_place_form()) return {op, true};
  }
  return {nullptr, false};
}

std::vector<OpArgument> GivenArgumentsOf(const Op& op) {
  std::vector<OpArgument> arguments = ArgumentsOf(op);
  const size_t given = op.attributes.size() - (op.is_random ? 2 : 0);
  arguments.erase(std::remove_if(arguments.begin(), arguments.end(),
                                 [&](OpArgument argument) {
                                   return !argument.is_input && argument.position >= given;
                                 }),
                  arguments.end());
  return arguments;
}

std::vector<Parameter> ParametersOf(const Op& op) {
  std::vector<Parameter> parameters;
  for (const OpArgument argument : GivenArgumentsOf(op)) {
    Parameter& parameter = parameters.emplace_back(Parameter{NameOf(op, argument)});
    if (argument.is_input) {
      parameter.needed = !InputDefault(op, argument.position).has_value();
      continue;
    }
    const AttributeDef& def = op.attributes[argument.position];
    parameter.gathers = def.kind == AttributeKind::kDims;
    parameter.needed = !def.optional && std::holds_alternative<std::monostate>(def.fallback) &&
                       !IsDeviceOfNew(op, def);
  }
  if (op.inputs.empty()) parameters.push_back({"requires_grad", false});
  return parameters;
}

Object CallOp(NamedOp named, const Invocation& invocation, const TensorOptions& where) {
  const Op& op = *named.op;
  const std::vector<Parameter> parameters = ParametersOf(op);
  const BoundArguments bound(invocation, parameters);
  const SourceLine source = SourceLineOf(invocation.offset);
  const Call call(op, bound, where);
  if (op.inputs.empty()) {
    const size_t last = parameters.size() - 1;
    const bool requires_grad = bound.Has(last) && ToBool(bound[last], bound.offset(last));
    return CallCreate(op, call.attributes(), where.requires_grad(requires_grad), source);
  }
  const Values inputs = call.Inputs();
  if (named.in_place) return CallInPlace(op, inputs, call.attributes(), source);
  Values outputs = client::Call(op, inputs, call.attributes(), source);
  if (outputs.size() == 1) return Tensor(std::move(outputs[0]));
  std::vector<Object> list;
  for (Value& output : outputs) list.emplace_back(Tensor(std::move(output)));
  return MakeList(std::move(list));
}

}  // namespace gradd::cli
