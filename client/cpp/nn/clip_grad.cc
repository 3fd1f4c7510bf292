#include "client/cpp/nn/clip_grad.h"

#include <cmath>

#include "client/cpp/call.h"
#include "client/cpp/factories.h"
#include "client/cpp/failure.h"
#include "client/cpp/remote_value.h"
#include "core/base/status.h"
#include "core/spec/promotion.h"

namespace gradd {
inline namespace client {
namespace nn::utils {

Tensor clip_grad_norm_(const std::vector<Tensor>& parameters, double max_norm, double norm_type,
                       bool error_if_nonfinite, SourceLine source) {
  constexpr char kWhat[] = "clip_grad_norm_";
  if (std::isnan(norm_type)) {
    Throw(InvalidArgument("NORM_TYPE", "the order of a norm must be a number"), kWhat, source);
  }
  // As PyTorch for nothing at all.
  if (parameters.empty()) return tensor(0.0);
  RemoteSession& session = parameters[0].remote(kWhat, source).session();
  Lane& lane = session.lane();
  v1::Command command;
  v1::ClipGradNormRequest& request = *command.mutable_clip_grad_norm();
  DType dtype = parameters[0].dtype();
  for (const Tensor& parameter : parameters) {
    request.add_parameters(parameter.remote(kWhat, source).handle());
    dtype = PromoteTypes(dtype, parameter.dtype());
  }
  if (!IsFloating(dtype)) dtype = kDefaultFloat;
  request.set_max_norm(max_norm);
  request.set_norm_type(norm_type);
  request.set_error_if_nonfinite(error_if_nonfinite);
  request.set_total_norm(session.NewHandles(lane, 1));
  request.set_source_id(session.IdOf(lane, source));
  Tensor total(MakeRef<RemoteValue>(RefPtr<RemoteSession>(&session), request.total_norm(),
                                    TensorSpec::Contiguous(dtype, {}, parameters[0].device()),
                                    Tracking::kNo));
  session.GraphChanged();
  Send(session, command, kWhat, source);
  return total;
}

void clip_grad_value_(const std::vector<Tensor>& parameters, double clip_value, SourceLine source) {
  constexpr char kWhat[] = "clip_grad_value_";
  if (parameters.empty()) return;
  RemoteSession& session = parameters[0].remote(kWhat, source).session();
  v1::Command command;
  v1::ClipGradValueRequest& request = *command.mutable_clip_grad_value();
  for (const Tensor& parameter : parameters) {
    request.add_parameters(parameter.remote(kWhat, source).handle());
  }
  request.set_clip_value(clip_value);
  request.set_source_id(session.IdOf(session.lane(), source));
  session.GraphChanged();
  Send(session, command, kWhat, source);
}

}  // namespace nn::utils
}  // namespace client
}  // namespace gradd
