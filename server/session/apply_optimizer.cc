// Optimizers and what is done to all parameters at once.
#include <cmath>
#include <map>
#include <string>
#include <utility>

#include "core/base/status.h"
#include "core/optim/clip_grad.h"
#include "server/session/session_state.h"

namespace gradd::server {
namespace {

// What an optimizer knows of a parameter and of a group, without its state's tensors.
constexpr int64_t kParameterBytes = 64;
constexpr int64_t kGroupBytes = 1024;

// What is computed meanwhile counts as an optimizer's.
class StepPhase {
 public:
  explicit StepPhase(Eager& eager) : eager_(eager), phase_(eager.phase()) {
    eager_.set_phase(Phase::kStep);
  }
  ~StepPhase() { eager_.set_phase(phase_); }
  StepPhase(const StepPhase&) = delete;
  StepPhase& operator=(const StepPhase&) = delete;

 private:
  Eager& eager_;
  const Phase phase_;
};

template <class Message>
NamedOptions DecodeOptions(const Message& message) {
  return NamedOptions(message.options().begin(), message.options().end());
}

absl::StatusOr<ParameterGroup> DecodeGroup(CommandScope& scope, const v1::ParameterGroup& message) {
  ParameterGroup group;
  GRADD_ASSIGN_OR_RETURN(const Values parameters, scope.ResolveAll(message.parameters()));
  for (const Value& parameter : parameters) {
    if (!scope.state.tape.IsLeaf(parameter)) {
      return InvalidArgument("NOT_A_LEAF", "can't optimize a non-leaf Tensor");
    }
  }
  group.parameters.assign(parameters.begin(), parameters.end());
  group.options = DecodeOptions(message);
  return group;
}

absl::StatusOr<Reservation> ReserveFor(SessionState& state, size_t parameters, size_t groups) {
  return Reservation::Take(state.strand_budget, static_cast<int64_t>(parameters) * kParameterBytes +
                                                    static_cast<int64_t>(groups) * kGroupBytes);
}

absl::StatusOr<HandleTable::HeldOptimizer*> FindOptimizer(CommandScope& scope, uint64_t handle) {
  const HandleTable::Entry* const entry = scope.attachment.handles.Find(handle);
  if (entry != nullptr && entry->error) {
    scope.inherited = entry->error;
    return entry->error->status;
  }
  if (entry == nullptr || entry->optimizer == nullptr) {
    return NotFound("HANDLE_NOT_FOUND", "no optimizer has the handle ", handle);
  }
  return entry->optimizer.get();
}

}  // namespace

absl::Status ApplyCreateOptimizer(CommandScope& scope, const v1::CreateOptimizerRequest& request) {
  scope.SetSource(request.source_id(), request.source());
  HandleTable& handles = scope.attachment.handles;
  GRADD_RETURN_IF_ERROR(handles.CheckFree(request.handle()));
  std::vector<ParameterGroup> groups;
  size_t parameters = 0;
  for (const v1::ParameterGroup& message : request.groups()) {
    GRADD_ASSIGN_OR_RETURN(groups.emplace_back(), DecodeGroup(scope, message));
    parameters += groups.back().parameters.size();
  }
  if (parameters == 0) {
    return InvalidArgument("NO_PARAMETERS", "optimizer got an empty parameter list");
  }
  HandleTable::HeldOptimizer held;
  GRADD_ASSIGN_OR_RETURN(held.memory, ReserveFor(scope.state, parameters, groups.size()));
  GRADD_ASSIGN_OR_RETURN(held.optimizer, MakeOptimizer(request.kind(), std::move(groups)));
  handles.Define(request.handle(), std::move(held));
  return absl::OkStatus();
}

absl::Status ApplyAddParameterGroup(CommandScope& scope,
                                    const v1::AddParameterGroupRequest& request) {
  scope.SetSource(request.source_id(), request.source());
  GRADD_ASSIGN_OR_RETURN(HandleTable::HeldOptimizer* const held,
                         FindOptimizer(scope, request.optimizer()));
  GRADD_ASSIGN_OR_RETURN(ParameterGroup group, DecodeGroup(scope, request.group()));
  Optimizer& optimizer = *held->optimizer;
  GRADD_ASSIGN_OR_RETURN(
      Reservation memory,
      ReserveFor(scope.state, optimizer.parameter_count() + group.parameters.size(),
                 optimizer.group_count() + 1));
  GRADD_RETURN_IF_ERROR(optimizer.AddGroup(std::move(group)));
  held->memory = std::move(memory);
  return absl::OkStatus();
}

absl::Status ApplySetOptimizerOptions(CommandScope& scope,
                                      const v1::SetOptimizerOptionsRequest& request) {
  scope.SetSource(request.source_id(), request.source());
  GRADD_ASSIGN_OR_RETURN(HandleTable::HeldOptimizer* const held,
                         FindOptimizer(scope, request.optimizer()));
  return held->optimizer->SetOptions(request.group(), DecodeOptions(request));
}

absl::Status ApplyGetOptimizerState(CommandScope& scope,
                                    const v1::GetOptimizerStateRequest& request) {
  scope.SetSource(request.source_id(), request.source());
  GRADD_ASSIGN_OR_RETURN(HandleTable::HeldOptimizer* const held,
                         FindOptimizer(scope, request.optimizer()));
  GRADD_ASSIGN_OR_RETURN(Optimizer::State state,
                         held->optimizer->StateOf(request.group(), request.parameter()));
  HandleTable& handles = scope.attachment.handles;
  for (size_t i = 0; i < state.tensors.size(); ++i) {
    GRADD_RETURN_IF_ERROR(handles.CheckFree(request.handle() + i));
  }
  v1::GetOptimizerStateResponse* const response = scope.result->mutable_get_optimizer_state();
  response->set_step(state.step);
  for (size_t i = 0; i < state.tensors.size(); ++i) {
    response->add_names(std::move(state.tensors[i].first));
    handles.Define(request.handle() + i, std::move(state.tensors[i].second));
  }
  return absl::OkStatus();
}

absl::Status ApplySetOptimizerState(CommandScope& scope,
                                    const v1::SetOptimizerStateRequest& request) {
  scope.SetSource(request.source_id(), request.source());
  GRADD_ASSIGN_OR_RETURN(HandleTable::HeldOptimizer* const held,
                         FindOptimizer(scope, request.optimizer()));
  Optimizer::State state;
  state.step = request.step();
  // By name, because a map on the wire has no order.
  const std::map<std::string, uint64_t> tensors(request.tensors().begin(), request.tensors().end());
  for (const auto& [name, handle] : tensors) {
    GRADD_ASSIGN_OR_RETURN(Value tensor, scope.Resolve(handle));
    state.tensors.emplace_back(name, std::move(tensor));
  }
  return held->optimizer->SetState(scope.state.eager, request.group(), request.parameter(), state);
}

absl::Status ApplyStep(CommandScope& scope, const v1::StepRequest& request) {
  SessionState& state = scope.state;
  scope.SetSource(request.source_id(), request.source());
  GRADD_ASSIGN_OR_RETURN(HandleTable::HeldOptimizer* const held,
                         FindOptimizer(scope, request.optimizer()));
  const StepPhase phase(state.eager);
  GRADD_RETURN_IF_ERROR(held->optimizer->Step(state.tape, state.eager, scope.cancellation));
  if (!request.zero_grad()) return absl::OkStatus();
  return ZeroGrad(state.tape, state.eager, held->optimizer->Parameters(), false);
}

absl::Status ApplyZeroGrad(CommandScope& scope, const v1::ZeroGradRequest& request) {
  SessionState& state = scope.state;
  scope.SetSource(request.source_id(), request.source());
  std::vector<Value> tensors;
  if (request.optimizer() != 0) {
    GRADD_ASSIGN_OR_RETURN(HandleTable::HeldOptimizer* const held,
                           FindOptimizer(scope, request.optimizer()));
    tensors = held->optimizer->Parameters();
  }
  GRADD_ASSIGN_OR_RETURN(const Values given, scope.ResolveAll(request.tensors()));
  tensors.insert(tensors.end(), given.begin(), given.end());
  const StepPhase phase(state.eager);
  return ZeroGrad(state.tape, state.eager, tensors, request.zero());
}

absl::Status ApplyClipGradNorm(CommandScope& scope, const v1::ClipGradNormRequest& request) {
  SessionState& state = scope.state;
  scope.SetSource(request.source_id(), request.source());
  HandleTable& handles = scope.attachment.handles;
  GRADD_RETURN_IF_ERROR(handles.CheckFree(request.total_norm()));
  GRADD_ASSIGN_OR_RETURN(const Values parameters, scope.ResolveAll(request.parameters()));
  ClipNormOptions options;
  options.max_norm = request.max_norm();
  if (request.has_norm_type()) options.norm_type = request.norm_type();
  options.error_if_nonfinite = request.error_if_nonfinite();
  if (std::isnan(options.norm_type)) {
    return InvalidArgument("NORM_TYPE", "the order of a norm must be a number");
  }
  const StepPhase phase(state.eager);
  GRADD_ASSIGN_OR_RETURN(
      Value total, ClipGradNorm(state.tape, state.eager, parameters, options, scope.cancellation));
  handles.Define(request.total_norm(), std::move(total));
  return absl::OkStatus();
}

absl::Status ApplyClipGradValue(CommandScope& scope, const v1::ClipGradValueRequest& request) {
  SessionState& state = scope.state;
  scope.SetSource(request.source_id(), request.source());
  GRADD_ASSIGN_OR_RETURN(const Values parameters, scope.ResolveAll(request.parameters()));
  const StepPhase phase(state.eager);
  return ClipGradValue(state.tape, state.eager, parameters, request.clip_value(),
                       scope.cancellation);
}

}  // namespace gradd::server
