// Backward, Grad and what concerns `.grad`.
#include "core/autograd/backward.h"
#include "core/base/status.h"
#include "core/ops/builder.h"
#include "core/ops/create/full.h"
#include "proto/codec/tensor_spec.h"
#include "server/session/session_state.h"

namespace gradd::server {

absl::Status ApplyBackward(CommandScope& scope, const v1::BackwardRequest& request) {
  scope.SetSource(request.source_id(), request.source());
  GRADD_ASSIGN_OR_RETURN(const Values roots, scope.ResolveAll(request.tensors()));
  GRADD_ASSIGN_OR_RETURN(const Values cotangents, scope.ResolveOptional(request.gradients()));
  GRADD_ASSIGN_OR_RETURN(const Values inputs, scope.ResolveAll(request.inputs()));
  BackwardOptions options;
  options.retain_graph = request.retain_graph();
  options.create_graph = request.create_graph();
  BackwardPass pass(scope.state.tape, scope.state.eager, scope.cancellation);
  return pass.Backward(roots, cotangents, inputs, options);
}

absl::Status ApplyGrad(CommandScope& scope, const v1::GradRequest& request) {
  scope.SetSource(request.source_id(), request.source());
  GRADD_ASSIGN_OR_RETURN(const Values roots, scope.ResolveAll(request.outputs()));
  GRADD_ASSIGN_OR_RETURN(const Values cotangents, scope.ResolveOptional(request.grad_outputs()));
  GRADD_ASSIGN_OR_RETURN(const Values inputs, scope.ResolveAll(request.inputs()));
  HandleTable& handles = scope.attachment.handles;
  for (int i = 0; i < request.inputs_size(); ++i) {
    GRADD_RETURN_IF_ERROR(handles.CheckFree(request.result() + i));
  }
  GradOptions options;
  options.retain_graph = request.retain_graph();
  options.create_graph = request.create_graph();
  options.allow_unused = request.allow_unused();
  options.materialize_grads = request.materialize_grads();
  options.batched = request.batched();
  BackwardPass pass(scope.state.tape, scope.state.eager, scope.cancellation);
  GRADD_ASSIGN_OR_RETURN(Values gradients, pass.Grad(roots, cotangents, inputs, options));
  v1::GradResponse* response = scope.result->mutable_grad();
  for (size_t i = 0; i < gradients.size(); ++i) {
    response->add_defined(static_cast<bool>(gradients[i]));
    if (gradients[i]) handles.Define(request.result() + i, std::move(gradients[i]));
  }
  return absl::OkStatus();
}

absl::Status ApplyGetGrad(CommandScope& scope, const v1::GetGradRequest& request) {
  scope.SetSource(request.source_id(), request.source());
  GRADD_ASSIGN_OR_RETURN(const Value tensor, scope.Resolve(request.tensor()));
  GRADD_RETURN_IF_ERROR(scope.attachment.handles.CheckFree(request.handle()));
  const Value grad = scope.state.tape.Grad(tensor);
  v1::GetGradResponse* response = scope.result->mutable_get_grad();
  response->set_defined(static_cast<bool>(grad));
  if (!grad) return absl::OkStatus();
  codec::EncodeTensorSpec(grad->spec(), response->mutable_spec());
  response->set_requires_grad(scope.state.tape.RequiresGrad(grad));
  scope.attachment.handles.Define(request.handle(), grad);
  return absl::OkStatus();
}

absl::Status ApplySetGrad(CommandScope& scope, const v1::SetGradRequest& request) {
  scope.SetSource(request.source_id(), request.source());
  GRADD_ASSIGN_OR_RETURN(const Value tensor, scope.Resolve(request.tensor()));
  Tape& tape = scope.state.tape;
  if (request.zero()) {
    const Value old = tape.Grad(tensor);
    if (!old) return absl::OkStatus();
    Builder g(scope.state.eager);
    const Value zeros = ops::ZerosLike(g, old->spec());
    GRADD_RETURN_IF_ERROR(g.status());
    return tape.FillGrad(tensor, zeros);
  }
  Value grad;
  if (request.grad() != 0) {
    GRADD_ASSIGN_OR_RETURN(grad, scope.Resolve(request.grad()));
  }
  return tape.SetGrad(tensor, grad);
}

absl::Status ApplyRetainGrad(CommandScope& scope, const v1::RetainGradRequest& request) {
  scope.SetSource(request.source_id(), request.source());
  GRADD_ASSIGN_OR_RETURN(const Value tensor, scope.Resolve(request.handle()));
  return scope.state.tape.RetainGrad(tensor);
}

absl::Status ApplySetRequiresGrad(CommandScope& scope, const v1::SetRequiresGradRequest& request) {
  scope.SetSource(request.source_id(), request.source());
  GRADD_ASSIGN_OR_RETURN(const Value tensor, scope.Resolve(request.handle()));
  return scope.state.tape.SetRequiresGrad(tensor, request.requires_grad());
}

}  // namespace gradd::server
