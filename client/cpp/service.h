// The service's unary RPCs, with our errors.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include <grpcpp/grpcpp.h>

#include "client/cpp/rpc_status.h"
#include "gradd/v1/gradient_service.grpc.pb.h"

namespace gradd {
inline namespace client {

// Thread-safe.
class Service {
 public:
  using Metadata = std::multimap<std::string, std::string>;
  Service(std::shared_ptr<grpc::Channel> channel, Metadata metadata)
      : channel_(std::move(channel)),
        stub_(v1::GradientService::NewStub(channel_)),
        metadata_(std::move(metadata)) {}

  using Stub = v1::GradientService::Stub;
  template <class Request, class Response>
  using Method = grpc::Status (Stub::*)(grpc::ClientContext*, const Request&, Response*);

  // Waits for a server that is not there yet, at most until the deadline.
  template <class Request, class Response>
  absl::StatusOr<Response> Call(Method<Request, Response> method, const Request& request,
                                std::chrono::nanoseconds deadline) {
    grpc::ClientContext context;
    Prepare(context);
    context.set_wait_for_ready(true);
    context.set_deadline(std::chrono::system_clock::now() +
                         std::chrono::duration_cast<std::chrono::microseconds>(deadline));
    Response response;
    const grpc::Status status = (stub_.get()->*method)(&context, request, &response);
    if (!status.ok()) return FromRpcStatus(status);
    return response;
  }

  // For calls that stream.
  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }
  void Prepare(grpc::ClientContext& context) const {
    for (const auto& [key, value] : metadata_) context.AddMetadata(key, value);
  }

 private:
  const std::shared_ptr<grpc::Channel> channel_;
  const std::unique_ptr<Stub> stub_;
  const Metadata metadata_;
};

}  // namespace client
}  // namespace gradd
