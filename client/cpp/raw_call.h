// A streaming RPC whose messages are bytes, driven by its caller.
#pragma once

#include <memory>
#include <string>

#include "absl/status/status.h"
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include "client/cpp/rpc_status.h"

namespace gradd {
inline namespace client {

// Each operation blocks until it is done. For one thread.
class RawCall {
 public:
  explicit RawCall(const std::shared_ptr<grpc::Channel>& channel) : stub_(channel) {}
  ~RawCall() {
    queue_.Shutdown();
    void* tag;
    bool ok;
    while (queue_.Next(&tag, &ok)) {
    }
  }

  grpc::ClientContext& context() { return context_; }
  void Start(const std::string& method) {
    call_ = stub_.PrepareCall(&context_, method, &queue_);
    call_->StartCall(nullptr);
    (void)Done();
  }
  // False: the call is over; Finish() says why.
  bool Write(const grpc::ByteBuffer& message) {
    call_->Write(message, nullptr);
    return Done();
  }
  bool WritesDone() {
    call_->WritesDone(nullptr);
    return Done();
  }
  bool Read(grpc::ByteBuffer* message) {
    call_->Read(message, nullptr);
    return Done();
  }
  absl::Status Finish() {
    grpc::Status status;
    call_->Finish(&status, nullptr);
    (void)Done();
    return FromRpcStatus(status);
  }

 private:
  bool Done() {
    void* tag;
    bool ok = false;
    return queue_.Next(&tag, &ok) && ok;
  }

  grpc::GenericStub stub_;
  grpc::ClientContext context_;
  grpc::CompletionQueue queue_;
  std::unique_ptr<grpc::GenericClientAsyncReaderWriter> call_;
};

}  // namespace client
}  // namespace gradd
