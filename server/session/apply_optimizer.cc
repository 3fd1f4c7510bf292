// Optimizers and their steps.
#include "core/base/status.h"
#include "server/session/session_state.h"

namespace gradd::server {

absl::Status ApplyCreateOptimizer(CommandScope& scope, const v1::CreateOptimizerRequest& request) {
  scope.SetSource(request.source_id(), request.source());
  AttachmentState& attachment = scope.attachment;
  GRADD_RETURN_IF_ERROR(attachment.handles.CheckFree(request.handle()));
  if (attachment.optimizers.contains(request.handle())) {
    return InvalidArgument("HANDLE_IN_USE", "the handle ", request.handle(), " is in use already");
  }
  std::vector<ParameterGroup> groups;
  for (const v1::ParameterGroup& message : request.groups()) {
    ParameterGroup& group = groups.emplace_back();
    GRADD_ASSIGN_OR_RETURN(const Values parameters, scope.ResolveAll(message.parameters()));
    group.parameters.assign(parameters.begin(), parameters.end());
    for (const auto& [name, value] : message.options()) group.options.emplace(name, value);
  }
  GRADD_ASSIGN_OR_RETURN(std::unique_ptr<Optimizer> optimizer,
                         MakeOptimizer(request.kind(), std::move(groups)));
  attachment.optimizers.emplace(request.handle(), std::move(optimizer));
  return absl::OkStatus();
}

absl::Status ApplyStep(CommandScope& scope, const v1::StepRequest& request) {
  SessionState& state = scope.state;
  scope.SetSource(request.source_id(), request.source());
  const auto failed = scope.attachment.failed_optimizers.find(request.optimizer());
  if (failed != scope.attachment.failed_optimizers.end()) {
    scope.inherited = failed->second;
    return failed->second->status;
  }
  const auto found = scope.attachment.optimizers.find(request.optimizer());
  if (found == scope.attachment.optimizers.end()) {
    return NotFound("HANDLE_NOT_FOUND", "no optimizer has the handle ", request.optimizer());
  }
  state.eager.set_phase(Phase::kStep);
  absl::Status status = found->second->Step(state.tape, state.eager, scope.cancellation);
  if (status.ok() && request.zero_grad()) {
    status = found->second->ZeroGrad(state.tape, state.eager, true);
  }
  state.eager.set_phase(Phase::kForward);
  return status;
}

}  // namespace gradd::server
