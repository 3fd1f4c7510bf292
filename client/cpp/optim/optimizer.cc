#include "client/cpp/optim/optimizer.h"

#include <algorithm>
#include <utility>

#include "client/cpp/call.h"
#include "client/cpp/failure.h"
#include "client/cpp/remote_value.h"
#include "core/base/status.h"

namespace gradd {
inline namespace client {
namespace optim {

struct Optimizer::Shared {
  ~Shared() {
    if (session) session->ReleaseHandle(handle);
  }

  const OptimizerKind* kind = nullptr;
  OptionValues defaults;
  std::vector<ParamGroup> groups;
  RefPtr<RemoteSession> session;  // null until the server is told
  uint64_t handle = 0;
};

namespace {

// PyTorch's checks of a group, with its texts. Its options become all that there are.
void Complete(const OptimizerKind& kind, const OptionValues& defaults,
              const std::vector<ParamGroup>& others, ParamGroup& group, const char* what,
              SourceLine source) {
  absl::StatusOr<OptionValues> values = WithOptions(kind, defaults, group.options);
  if (!values.ok()) Throw(values.status(), what, source);
  group.options = NamesOf(kind, *values);
  const auto has = [](const ParamGroup& other, const Tensor& parameter) {
    return std::any_of(other.params.begin(), other.params.end(),
                       [&](const Tensor& p) { return p.value() == parameter.value(); });
  };
  for (const Tensor& parameter : group.params) {
    if (!parameter.remote(what, source).is_leaf()) {
      Throw(InvalidArgument("NOT_A_LEAF", "can't optimize a non-leaf Tensor"), what, source);
    }
    if (!IsFloating(parameter.dtype())) {
      Throw(InvalidArgument("NOT_FLOATING", "an optimizer's parameters must be floating"), what,
            source);
    }
    for (const ParamGroup& other : others) {
      if (!has(other, parameter)) continue;
      Throw(InvalidArgument("PARAMETER_REPEATED",
                            "some parameters appear in more than one parameter group"),
            what, source);
    }
  }
}

void Encode(const ParamGroup& group, const char* what, SourceLine source,
            v1::ParameterGroup* message) {
  for (const Tensor& parameter : group.params) {
    message->add_parameters(parameter.remote(what, source).handle());
  }
  message->mutable_options()->insert(group.options.begin(), group.options.end());
}

// Sets the request's `group` and `parameter` to the place of a parameter.
template <class Request>
void SetPlace(const std::vector<ParamGroup>& groups, const Tensor& parameter, const char* what,
              SourceLine source, Request& request) {
  for (size_t i = 0; i < groups.size(); ++i) {
    const std::vector<Tensor>& params = groups[i].params;
    const auto found = std::find_if(params.begin(), params.end(), [&](const Tensor& p) {
      return p.value() == parameter.value();
    });
    if (found == params.end()) continue;
    request.set_group(static_cast<uint32_t>(i));
    request.set_parameter(static_cast<uint32_t>(found - params.begin()));
    return;
  }
  Throw(InvalidArgument("PARAMETER_UNKNOWN", "the tensor is no parameter of the optimizer"), what,
        source);
}

}  // namespace

Optimizer::Optimizer(const char* kind, std::vector<ParamGroup> groups, const NamedOptions& defaults,
                     SourceLine source)
    : shared_(std::make_shared<Shared>()) {
  shared_->kind = FindOptimizerKind(kind);
  absl::StatusOr<OptionValues> values =
      WithOptions(*shared_->kind, DefaultsOf(*shared_->kind), defaults);
  if (!values.ok()) Throw(values.status(), kind, source);
  shared_->defaults = *std::move(values);
  const auto filled = std::find_if(groups.begin(), groups.end(),
                                   [](const ParamGroup& group) { return !group.params.empty(); });
  if (filled == groups.end()) {
    Throw(InvalidArgument("NO_PARAMETERS", "optimizer got an empty parameter list"), kind, source);
  }
  RefPtr<RemoteSession> session = filled->params[0].remote(kind, source).session_ref();
  Lane& lane = session->lane();
  v1::Command command;
  v1::CreateOptimizerRequest& request = *command.mutable_create_optimizer();
  for (ParamGroup& group : groups) {
    Complete(*shared_->kind, shared_->defaults, shared_->groups, group, kind, source);
    Encode(group, kind, source, request.add_groups());
    shared_->groups.push_back(std::move(group));
  }
  request.set_handle(session->NewHandles(lane, 1));
  request.set_kind(kind);
  request.set_source_id(session->IdOf(lane, source));
  shared_->handle = request.handle();
  shared_->session = std::move(session);
  Send(*shared_->session, command, kind, source);
}

const std::vector<ParamGroup>& Optimizer::param_groups() const { return shared_->groups; }

void Optimizer::Step(bool zero_grad, SourceLine source) {
  RemoteSession& session = *shared_->session;
  v1::Command command;
  v1::StepRequest& request = *command.mutable_step();
  request.set_optimizer(shared_->handle);
  request.set_zero_grad(zero_grad);
  request.set_source_id(session.IdOf(session.lane(), source));
  session.GraphChanged();
  Send(session, command, "step", source);
}

void Optimizer::step(SourceLine source) { Step(false, source); }
void Optimizer::step_and_zero_grad(SourceLine source) { Step(true, source); }

void Optimizer::zero_grad(bool set_to_none, SourceLine source) {
  RemoteSession& session = *shared_->session;
  v1::Command command;
  v1::ZeroGradRequest& request = *command.mutable_zero_grad();
  request.set_optimizer(shared_->handle);
  request.set_zero(!set_to_none);
  request.set_source_id(session.IdOf(session.lane(), source));
  session.GraphChanged();
  Send(session, command, "zero_grad", source);
}

void Optimizer::add_param_group(ParamGroup group, SourceLine source) {
  constexpr char kWhat[] = "add_param_group";
  Complete(*shared_->kind, shared_->defaults, shared_->groups, group, kWhat, source);
  RemoteSession& session = *shared_->session;
  v1::Command command;
  v1::AddParameterGroupRequest& request = *command.mutable_add_parameter_group();
  request.set_optimizer(shared_->handle);
  Encode(group, kWhat, source, request.mutable_group());
  request.set_source_id(session.IdOf(session.lane(), source));
  Send(session, command, kWhat, source);
  shared_->groups.push_back(std::move(group));
}

void Optimizer::set_lr(double lr, SourceLine source) {
  for (size_t i = 0; i < shared_->groups.size(); ++i) set_lr(i, lr, source);
}

void Optimizer::set_lr(size_t group, double lr, SourceLine source) {
  set_options(group, {{"lr", lr}}, source);
}

void Optimizer::set_options(size_t group, const NamedOptions& options, SourceLine source) {
  constexpr char kWhat[] = "set_options";
  std::vector<ParamGroup>& groups = shared_->groups;
  if (group >= groups.size()) {
    Throw(InvalidArgument("GROUP_UNKNOWN", "the optimizer has ", groups.size(),
                          " parameter groups and no group ", group),
          kWhat, source);
  }
  NamedOptions wanted = groups[group].options;
  for (const auto& [name, value] : options) wanted[name] = value;
  const absl::StatusOr<OptionValues> values =
      WithOptions(*shared_->kind, shared_->defaults, wanted);
  if (!values.ok()) Throw(values.status(), kWhat, source);
  RemoteSession& session = *shared_->session;
  v1::Command command;
  v1::SetOptimizerOptionsRequest& request = *command.mutable_set_optimizer_options();
  request.set_optimizer(shared_->handle);
  request.set_group(static_cast<uint32_t>(group));
  request.mutable_options()->insert(options.begin(), options.end());
  request.set_source_id(session.IdOf(session.lane(), source));
  Send(session, command, kWhat, source);
  groups[group].options = std::move(wanted);
}

ParamState Optimizer::state(const Tensor& parameter, SourceLine source) const {
  constexpr char kWhat[] = "state";
  RemoteSession& session = *shared_->session;
  Lane& lane = session.lane();
  v1::Command command;
  v1::GetOptimizerStateRequest& request = *command.mutable_get_optimizer_state();
  SetPlace(shared_->groups, parameter, kWhat, source, request);
  request.set_optimizer(shared_->handle);
  // As many as any optimizer keeps; those that are not used are never used again.
  const uint64_t handle = session.NewHandles(lane, shared_->kind->states.size());
  request.set_handle(handle);
  request.set_source_id(session.IdOf(lane, source));
  const v1::Result result = Ask(session, lane, command, kWhat, source);
  const v1::GetOptimizerStateResponse& response = result.get_optimizer_state();
  ParamState state;
  state.step = response.step();
  const TensorSpec spec =
      TensorSpec::Contiguous(parameter.dtype(), parameter.shape(), parameter.device());
  for (int i = 0; i < response.names_size(); ++i) {
    state.tensors.emplace(
        response.names(i),
        Tensor(MakeRef<RemoteValue>(shared_->session, handle + i, spec, Tracking::kNo)));
  }
  return state;
}

void Optimizer::load_state(const Tensor& parameter, const ParamState& state, SourceLine source) {
  constexpr char kWhat[] = "load_state";
  RemoteSession& session = *shared_->session;
  v1::Command command;
  v1::SetOptimizerStateRequest& request = *command.mutable_set_optimizer_state();
  SetPlace(shared_->groups, parameter, kWhat, source, request);
  request.set_optimizer(shared_->handle);
  request.set_step(state.step);
  for (const auto& [name, tensor] : state.tensors) {
    (*request.mutable_tensors())[name] = tensor.remote(kWhat, source).handle();
  }
  request.set_source_id(session.IdOf(session.lane(), source));
  Send(session, command, kWhat, source);
}

}  // namespace optim
}  // namespace client
}  // namespace gradd
