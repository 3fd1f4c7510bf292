#include "core/optim/optimizer.h"

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/escaping.h"

#include "core/autograd/errors.h"
#include "core/base/status.h"
#include "core/ops/builder.h"
#include "core/ops/cast/to.h"
#include "core/ops/create/full.h"
#include "core/ops/view/clone.h"
#include "core/optim/step.h"

namespace gradd {
namespace {

// Exact as a double, and with room to count on.
constexpr int64_t kMaxStep = int64_t{1} << 52;

const Algorithm* FindAlgorithm(absl::string_view kind) {
  for (const Algorithm* const algorithm : {&Sgd(), &Adam(), &AdamW(), &Rmsprop()}) {
    if (algorithm->kind->name == kind) return algorithm;
  }
  return nullptr;
}

}  // namespace

absl::Status Optimizer::AddGroup(ParameterGroup group) {
  Group added;
  GRADD_ASSIGN_OR_RETURN(
      added.options, WithOptions(*algorithm_.kind, DefaultsOf(*algorithm_.kind), group.options));
  absl::flat_hash_set<const ValueBase*> others;
  for (const Group& other : groups_) {
    for (const Parameter& parameter : other.parameters) others.insert(parameter.tensor.get());
  }
  absl::flat_hash_map<const ValueBase*, size_t> places;
  for (Value& tensor : group.parameters) {
    if (!IsFloating(tensor->spec().dtype)) {
      return InvalidArgument("NOT_FLOATING", "an optimizer's parameters must be floating");
    }
    if (others.contains(tensor.get())) {
      return InvalidArgument("PARAMETER_REPEATED",
                             "some parameters appear in more than one parameter group");
    }
    const size_t next = states_.size() + places.size();
    const size_t place = places.try_emplace(tensor.get(), next).first->second;
    added.parameters.push_back({std::move(tensor), place});
  }
  states_.resize(states_.size() + places.size());
  groups_.push_back(std::move(added));
  return absl::OkStatus();
}

absl::Status Optimizer::SetOptions(size_t group, const NamedOptions& options) {
  if (group >= groups_.size()) {
    return InvalidArgument("GROUP_UNKNOWN", "the optimizer has ", groups_.size(),
                           " parameter groups and no group ", group);
  }
  GRADD_ASSIGN_OR_RETURN(groups_[group].options,
                         WithOptions(*algorithm_.kind, groups_[group].options, options));
  return absl::OkStatus();
}

absl::Status Optimizer::Step(Tape& tape, Eager& eager, const Cancellation& cancellation) {
  StepPlan plan(eager, algorithm_);
  std::vector<ParameterState> states = states_;
  for (const Group& group : groups_) {
    for (const Parameter& parameter : group.parameters) {
      if (cancellation.cancelled()) return autograd_errors::Cancelled();
      const Value gradient = tape.Grad(parameter.tensor);
      if (!gradient) continue;
      GRADD_RETURN_IF_ERROR(
          plan.Add(group.options, parameter.tensor, gradient, states[parameter.state]));
    }
  }
  GRADD_RETURN_IF_ERROR(plan.Prepare());
  states_ = std::move(states);
  return plan.Run();
}

absl::StatusOr<size_t> Optimizer::PlaceOf(size_t group, size_t parameter) const {
  if (group >= groups_.size() || parameter >= groups_[group].parameters.size()) {
    return InvalidArgument("PARAMETER_UNKNOWN", "the optimizer has no parameter ", parameter,
                           " in group ", group);
  }
  return groups_[group].parameters[parameter].state;
}

absl::StatusOr<Optimizer::State> Optimizer::StateOf(size_t group, size_t parameter) const {
  GRADD_ASSIGN_OR_RETURN(const size_t place, PlaceOf(group, parameter));
  const ParameterState& own = states_[place];
  State state;
  state.step = own.step;
  for (size_t i = 0; i < algorithm_.kind->states.size(); ++i) {
    if (own.tensors[i])
      state.tensors.emplace_back(std::string(algorithm_.kind->states[i]), own.tensors[i]);
  }
  return state;
}

absl::Status Optimizer::SetState(Eager& eager, size_t group, size_t parameter, const State& state) {
  GRADD_ASSIGN_OR_RETURN(const size_t place, PlaceOf(group, parameter));
  const TensorSpec& spec = groups_[group].parameters[parameter].tensor->spec();
  if (state.step < 0 || state.step > kMaxStep) {
    return InvalidArgument("STEP_OUT_OF_RANGE", "a number of steps cannot be ", state.step);
  }
  ParameterState loaded;
  loaded.step = state.step;
  Builder g(eager);
  for (const auto& [name, tensor] : state.tensors) {
    const auto* const found = std::find(algorithm_.kind->states.begin(),
                                        algorithm_.kind->states.end(), absl::string_view(name));
    if (found == algorithm_.kind->states.end()) {
      return InvalidArgument("STATE_UNKNOWN", "the optimizer keeps no state '",
                             absl::CHexEscape(name), "'");
    }
    if (tensor->spec().shape != spec.shape) {
      return InvalidArgument("SHAPE_MISMATCH", "the state '", name, "' has the shape ",
                             ToString(tensor->spec().shape), ", its parameter ",
                             ToString(spec.shape));
    }
    loaded.tensors[static_cast<size_t>(found - algorithm_.kind->states.begin())] =
        ops::Clone(g, g.Apply(ops::ToOp(), {tensor}, {spec.dtype, spec.device}));
    GRADD_RETURN_IF_ERROR(g.status());
  }
  states_[place] = std::move(loaded);
  return absl::OkStatus();
}

size_t Optimizer::parameter_count() const {
  size_t count = 0;
  for (const Group& group : groups_) count += group.parameters.size();
  return count;
}

std::vector<Value> Optimizer::Parameters() const {
  std::vector<Value> all;
  for (const Group& group : groups_) {
    for (const Parameter& parameter : group.parameters) all.push_back(parameter.tensor);
  }
  return all;
}

void Optimizer::ForEachState(const std::function<void(const Value&)>& visit) const {
  for (const ParameterState& state : states_) {
    for (const Value& tensor : state.tensors) {
      if (tensor) visit(tensor);
    }
  }
}

void Optimizer::ForEachNumber(const std::function<void(double)>& visit) const {
  for (const Group& group : groups_) {
    for (const double option : group.options) visit(option);
  }
  for (const ParameterState& state : states_) {
    visit(static_cast<double>(state.step));
    for (const Value& tensor : state.tensors) visit(tensor ? 1 : 0);
  }
}

absl::StatusOr<std::unique_ptr<Optimizer>> MakeOptimizer(absl::string_view kind,
                                                         std::vector<ParameterGroup> groups) {
  const Algorithm* const algorithm = FindAlgorithm(kind);
  if (algorithm == nullptr) {
    return InvalidArgument("OPTIMIZER_UNKNOWN", "there is no optimizer '", absl::CHexEscape(kind),
                           "'");
  }
  auto optimizer = std::make_unique<Optimizer>(*algorithm);
  for (ParameterGroup& group : groups) {
    GRADD_RETURN_IF_ERROR(optimizer->AddGroup(std::move(group)));
  }
  return optimizer;
}

absl::Status ZeroGrad(Tape& tape, Eager& eager, ValueSpan tensors, bool zero) {
  if (!zero) {
    for (const Value& tensor : tensors) GRADD_RETURN_IF_ERROR(tape.SetGrad(tensor, nullptr));
    return absl::OkStatus();
  }
  Builder g(eager);
  std::vector<std::pair<Value, Value>> zeros;
  for (const Value& tensor : tensors) {
    const Value grad = tape.Grad(tensor);
    if (!grad) continue;
    zeros.emplace_back(tensor, ops::ZerosLike(g, grad->spec()));
    GRADD_RETURN_IF_ERROR(g.status());
    GRADD_RETURN_IF_ERROR(eager.MakeWritable(grad));
  }
  for (const auto& [tensor, contents] : zeros) {
    GRADD_RETURN_IF_ERROR(tape.FillGrad(tensor, contents));
  }
  return absl::OkStatus();
}

}  // namespace gradd
