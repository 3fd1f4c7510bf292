#include "client/cpp/autograd.h"

#include <utility>

#include "absl/strings/str_cat.h"

#include "client/cpp/call.h"
#include "client/cpp/described.h"
#include "client/cpp/failure.h"
#include "core/base/status.h"

namespace gradd {
inline namespace client {
namespace {

// The roots of a backward pass and the gradients given for them, by handle.
struct Roots {
  std::vector<uint64_t> tensors;
  std::vector<uint64_t> gradients;  // as many; 0: none
};

// PyTorch's checks, in its order and with its texts.
Roots CheckRoots(const std::vector<Tensor>& outputs, const std::vector<Tensor>& gradients,
                 bool batched, const char* what, SourceLine source) {
  const auto refuse = [&](absl::string_view reason, const std::string& text) {
    Throw(InvalidArgument(reason, text), what, source);
  };
  if (!gradients.empty() && gradients.size() != outputs.size()) {
    refuse("GRADIENT_COUNT",
           absl::StrCat("got ", outputs.size(), " tensors and ", gradients.size(), " gradients"));
  }
  Roots roots;
  for (size_t i = 0; i < outputs.size(); ++i) {
    RemoteValue& output = outputs[i].remote(what, source);
    const bool given = i < gradients.size() && gradients[i].defined();
    if (given) {
      DimsView shape = gradients[i].shape();
      if (batched && !shape.empty()) shape.remove_prefix(1);
      if (shape != DimsView(output.spec().shape)) {
        refuse("GRADIENT_SHAPE",
               absl::StrCat("Mismatch in shape: grad_output[", i, "] has a shape of ",
                            SizeString(shape), " and output[", i, "] has a shape of ",
                            SizeString(output.spec().shape), "."));
      }
    } else if (output.spec().element_count() != 1 && RequiresGrad(output, source)) {
      refuse("NOT_A_SCALAR", "grad can be implicitly created only for scalar outputs");
    }
    // What only the server knows, only the server checks.
    if (output.tracking() == Tracking::kNo) {
      Throw(FailedPrecondition("NO_GRAPH", "element ", i,
                               " of tensors does not require grad and does not have a grad_fn"),
            what, source);
    }
    roots.tensors.push_back(output.handle());
    roots.gradients.push_back(given ? gradients[i].remote(what, source).handle() : 0);
  }
  return roots;
}

RemoteSession& SessionOf(const std::vector<Tensor>& outputs, const char* what, SourceLine source) {
  if (outputs.empty()) {
    Throw(InvalidArgument("NO_OUTPUTS", what, "() needs at least one tensor"), what, source);
  }
  return outputs[0].remote(what, source).session();
}

}  // namespace

std::vector<Tensor> grad(const std::vector<Tensor>& outputs, const std::vector<Tensor>& inputs,
                         const std::vector<Tensor>& grad_outputs, const GradOptions& options,
                         SourceLine source) {
  constexpr char kWhat[] = "grad";
  RemoteSession& session = SessionOf(outputs, kWhat, source);
  if (options.materialize_grads && options.allow_unused == false) {
    Throw(InvalidArgument("CONTRADICTION",
                          "Expected allow_unused to be True or not passed when "
                          "materialize_grads=True, but got: allow_unused=False."),
          kWhat, source);
  }
  const Roots roots = CheckRoots(outputs, grad_outputs, options.batched, kWhat, source);
  Lane& lane = session.lane();
  v1::Command command;
  v1::GradRequest& request = *command.mutable_grad();
  request.mutable_outputs()->Assign(roots.tensors.begin(), roots.tensors.end());
  request.mutable_grad_outputs()->Assign(roots.gradients.begin(), roots.gradients.end());
  for (const Tensor& input : inputs) {
    RemoteValue& value = input.remote(kWhat, source);
    if (value.tracking() == Tracking::kNo) {
      Throw(FailedPrecondition("INPUT_WITHOUT_GRAD",
                               "One of the differentiated Tensors does not require grad"),
            kWhat, source);
    }
    request.add_inputs(value.handle());
  }
  request.set_retain_graph(options.retain_graph.value_or(options.create_graph));
  request.set_create_graph(options.create_graph);
  request.set_allow_unused(options.allow_unused.value_or(options.materialize_grads));
  request.set_materialize_grads(options.materialize_grads);
  request.set_batched(options.batched);
  request.set_result(session.NewHandles(lane, inputs.size()));
  request.set_source_id(session.IdOf(lane, source));

  std::vector<Tensor> gradients;
  for (size_t i = 0; i < inputs.size(); ++i) {
    TensorSpec spec =
        TensorSpec::Contiguous(inputs[i].dtype(), inputs[i].shape(), inputs[i].device());
    if (options.batched) {
      for (const Tensor& grad_output : grad_outputs) {
        if (!grad_output.defined() || grad_output.dim() == 0) continue;
        spec.shape.insert(spec.shape.begin(), grad_output.shape()[0]);
        break;
      }
      spec.strides = ContiguousStrides(spec.shape);
    }
    // Whether a gradient depends on anything is for the server to say.
    const Tracking tracking = options.create_graph ? Tracking::kUnknown : Tracking::kNo;
    gradients.emplace_back(MakeRef<RemoteValue>(RefPtr<RemoteSession>(&session),
                                                request.result() + i, std::move(spec), tracking));
  }
  session.GraphChanged();
  if (!request.allow_unused() || options.materialize_grads) {
    Send(session, command, kWhat, source);
    return gradients;
  }
  const v1::Result result = Ask(session, lane, command, kWhat, source);
  for (size_t i = 0; i < gradients.size(); ++i) {
    const bool used = static_cast<int>(i) < result.grad().defined_size() &&
                      result.grad().defined(static_cast<int>(i));
    if (used) continue;
    gradients[i].remote(kWhat, source).ForgetHandle();
    gradients[i] = Tensor();
  }
  return gradients;
}

void backward(const std::vector<Tensor>& tensors, const std::vector<Tensor>& gradients,
              std::optional<bool> retain_graph, bool create_graph,
              const std::vector<Tensor>& inputs, SourceLine source) {
  constexpr char kWhat[] = "backward";
  RemoteSession& session = SessionOf(tensors, kWhat, source);
  const Roots roots = CheckRoots(tensors, gradients, false, kWhat, source);
  v1::Command command;
  v1::BackwardRequest& request = *command.mutable_backward();
  request.mutable_tensors()->Assign(roots.tensors.begin(), roots.tensors.end());
  if (!gradients.empty()) {
    request.mutable_gradients()->Assign(roots.gradients.begin(), roots.gradients.end());
  }
  for (const Tensor& input : inputs) request.add_inputs(input.remote(kWhat, source).handle());
  request.set_retain_graph(retain_graph.value_or(create_graph));
  request.set_create_graph(create_graph);
  request.set_source_id(session.IdOf(session.lane(), source));
  session.GraphChanged();
  Send(session, command, kWhat, source);
}

void Tensor::backward(const Tensor& gradient, std::optional<bool> retain_graph, bool create_graph,
                      const std::vector<Tensor>& inputs, SourceLine source) const {
  std::vector<Tensor> gradients;
  if (gradient.defined()) gradients.push_back(gradient);
  client::backward({*this}, gradients, retain_graph, create_graph, inputs, source);
}

}  // namespace client
}  // namespace gradd
