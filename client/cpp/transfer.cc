#include "client/cpp/transfer.h"

#include <algorithm>
#include <utility>

#include "client/cpp/blob.h"
#include "client/cpp/call.h"
#include "client/cpp/failure.h"
#include "core/base/status.h"
#include "proto/codec/dtype.h"
#include "proto/codec/tensor_spec.h"

namespace gradd {
inline namespace client {

HostTensor FetchTensor(const RemoteValue& value, SourceLine source) {
  constexpr char kWhat[] = "fetch";
  RemoteSession& session = value.session();
  Lane& lane = session.lane();
  v1::Command command;
  command.mutable_fetch()->set_handle(value.handle());
  command.mutable_fetch()->set_source_id(session.IdOf(lane, source));
  v1::Result result = Ask(session, lane, command, kWhat, source);
  v1::FetchResponse& response = *result.mutable_fetch();
  const absl::StatusOr<DType> dtype = codec::DecodeDType(response.tensor().dtype());
  ThrowIfError(dtype.status(), kWhat, source);
  HostTensor host;
  host.dtype = *dtype;
  host.shape.assign(response.tensor().shape().begin(), response.tensor().shape().end());
  absl::optional<int64_t> bytes;
  if (CheckShape(host.shape).ok()) {
    if (const auto count = ByteCount(host.shape, ItemSize(host.dtype))) bytes = *count;
  }
  if (response.blob() != 0 && bytes.has_value()) {
    absl::StatusOr<HostBytes> data = DownloadBlob(session, response.blob(), *bytes);
    ThrowIfError(data.status(), kWhat, source);
    host.bytes = *std::move(data);
  } else {
    host.bytes = response.tensor().data();
  }
  if (!bytes.has_value() || static_cast<int64_t>(host.bytes.size()) != *bytes) {
    Throw(InternalError("BAD_ANSWER", "the server's data does not fit its shape"), kWhat, source);
  }
  return host;
}

Value CreateTensor(RemoteSession& session, const TensorSpec& spec, absl::string_view data,
                   bool requires_grad, SourceLine source) {
  constexpr char kWhat[] = "tensor";
  ThrowIfError(CheckShape(spec.shape), kWhat, source);
  if (requires_grad && !IsFloating(spec.dtype)) {
    Throw(InvalidArgument("DTYPE_NOT_DIFFERENTIABLE",
                          "Only Tensors of floating point and complex dtype can require gradients"),
          kWhat, source);
  }
  Lane& lane = session.lane();
  v1::Command command;
  v1::CreateTensorRequest& request = *command.mutable_create_tensor();
  const int64_t inline_limit = std::max<int64_t>(session.limits().inline_tensor_bytes(), 1024);
  if (static_cast<int64_t>(data.size()) > inline_limit) {
    absl::StatusOr<uint64_t> blob = UploadBlob(session, data);
    ThrowIfError(blob.status(), kWhat, source);
    request.set_blob(*blob);
  } else {
    request.set_data(data.data(), data.size());
  }
  request.set_handle(session.NewHandles(lane, 1));
  codec::EncodeTensorSpec(spec, request.mutable_spec());
  request.set_requires_grad(requires_grad);
  request.set_source_id(session.IdOf(lane, source));
  const auto value = MakeRef<RemoteValue>(RefPtr<RemoteSession>(&session), request.handle(), spec,
                                          requires_grad ? Tracking::kYes : Tracking::kNo);
  value->SetTracking(value->tracking(), true);
  Send(session, command, kWhat, source);
  return value;
}

}  // namespace client
}  // namespace gradd
