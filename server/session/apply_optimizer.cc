// Optimizers and their steps.
#include "core/base/status.h"
#include "server/session/session_state.h"

namespace gradd::server {
namespace {

// What an optimizer knows of a parameter and of a group, without its state's tensors.
constexpr int64_t kParameterBytes = 32;
constexpr int64_t kGroupBytes = 1024;

absl::StatusOr<ParameterGroup> DecodeGroup(CommandScope& scope, const v1::ParameterGroup& message) {
  ParameterGroup group;
  GRADD_ASSIGN_OR_RETURN(const Values parameters, scope.ResolveAll(message.parameters()));
  for (const Value& parameter : parameters) {
    if (!scope.state.tape.IsLeaf(parameter)) {
      return InvalidArgument("NOT_A_LEAF", "can't optimize a non-leaf Tensor");
    }
  }
  group.parameters.assign(parameters.begin(), parameters.end());
  for (const auto& [name, value] : message.options()) group.options.emplace(name, value);
  return group;
}

}  // namespace

absl::Status ApplyCreateOptimizer(CommandScope& scope, const v1::CreateOptimizerRequest& request) {
  scope.SetSource(request.source_id(), request.source());
  HandleTable& handles = scope.attachment.handles;
  GRADD_RETURN_IF_ERROR(handles.CheckFree(request.handle()));
  std::vector<ParameterGroup> groups;
  int64_t parameters = 0;
  for (const v1::ParameterGroup& message : request.groups()) {
    GRADD_ASSIGN_OR_RETURN(groups.emplace_back(), DecodeGroup(scope, message));
    parameters += message.parameters_size();
  }
  if (parameters == 0) {
    return InvalidArgument("NO_PARAMETERS", "optimizer got an empty parameter list");
  }
  HandleTable::HeldOptimizer held;
  GRADD_ASSIGN_OR_RETURN(held.memory,
                         Reservation::Take(scope.state.strand_budget,
                                           parameters * kParameterBytes +
                                               int64_t{request.groups_size()} * kGroupBytes));
  GRADD_ASSIGN_OR_RETURN(held.optimizer, MakeOptimizer(request.kind(), std::move(groups)));
  handles.Define(request.handle(), std::move(held));
  return absl::OkStatus();
}

absl::Status ApplyStep(CommandScope& scope, const v1::StepRequest& request) {
  SessionState& state = scope.state;
  scope.SetSource(request.source_id(), request.source());
  const HandleTable::Entry* const entry = scope.attachment.handles.Find(request.optimizer());
  if (entry != nullptr && entry->error) {
    scope.inherited = entry->error;
    return entry->error->status;
  }
  if (entry == nullptr || entry->optimizer == nullptr) {
    return NotFound("HANDLE_NOT_FOUND", "no optimizer has the handle ", request.optimizer());
  }
  Optimizer& optimizer = *entry->optimizer->optimizer;
  state.eager.set_phase(Phase::kStep);
  absl::Status status = optimizer.Step(state.tape, state.eager, scope.cancellation);
  if (status.ok() && request.zero_grad()) {
    status = optimizer.ZeroGrad(state.tape, state.eager, true);
  }
  state.eager.set_phase(Phase::kForward);
  return status;
}

}  // namespace gradd::server
