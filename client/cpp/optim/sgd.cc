#include "client/cpp/optim/sgd.h"

#include <utility>

#include "client/cpp/call.h"
#include "client/cpp/failure.h"
#include "client/cpp/remote_value.h"
#include "core/base/status.h"

namespace gradd {
inline namespace client {
namespace optim {

struct SGD::Handle {
  Handle(RefPtr<RemoteSession> owner, uint64_t number)
      : session(std::move(owner)), handle(number) {}
  ~Handle() { session->ReleaseHandle(handle); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  const RefPtr<RemoteSession> session;
  const uint64_t handle;
};

SGD::SGD(const std::vector<Tensor>& parameters, const SgdOptions& options, SourceLine source)
    : parameters_(parameters) {
  constexpr char kWhat[] = "SGD";
  if (parameters.empty()) {
    Throw(InvalidArgument("NO_PARAMETERS", "optimizer got an empty parameter list"), kWhat, source);
  }
  RefPtr<RemoteSession> session = parameters[0].remote(kWhat, source).session_ref();
  Lane& lane = session->lane();
  v1::Command command;
  v1::CreateOptimizerRequest& request = *command.mutable_create_optimizer();
  request.set_handle(session->NewHandles(lane, 1));
  request.set_kind("sgd");
  request.set_source_id(session->IdOf(lane, source));
  v1::ParameterGroup& group = *request.add_groups();
  for (const Tensor& parameter : parameters) {
    group.add_parameters(parameter.remote(kWhat, source).handle());
    if (!parameter.is_leaf()) {
      Throw(InvalidArgument("NOT_A_LEAF", "can't optimize a non-leaf Tensor"), kWhat, source);
    }
  }
  auto& values = *group.mutable_options();
  values["lr"] = options.lr;
  values["momentum"] = options.momentum;
  values["dampening"] = options.dampening;
  values["weight_decay"] = options.weight_decay;
  values["nesterov"] = options.nesterov ? 1 : 0;
  values["maximize"] = options.maximize ? 1 : 0;
  handle_ = std::make_shared<Handle>(session, request.handle());
  Send(*session, command, kWhat, source);
}

void SGD::step(SourceLine source) {
  RemoteSession& session = *handle_->session;
  v1::Command command;
  command.mutable_step()->set_optimizer(handle_->handle);
  command.mutable_step()->set_source_id(session.IdOf(session.lane(), source));
  session.GraphChanged();
  Send(session, command, "step", source);
}

void SGD::zero_grad(bool set_to_none, SourceLine source) {
  for (const Tensor& parameter : parameters_) parameter.zero_grad(set_to_none, source);
}

}  // namespace optim
}  // namespace client
}  // namespace gradd
