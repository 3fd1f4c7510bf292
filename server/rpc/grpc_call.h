// One RPC on a completion queue.
#pragma once

#include <atomic>
#include <string>

#include "absl/time/time.h"
#include <grpcpp/generic/async_generic_service.h>

#include "core/base/mutex.h"
#include "core/base/ref.h"
#include "server/admission/admission.h"
#include "server/rpc/call.h"
#include "server/rpc/method_table.h"

namespace gradd::server {

class GrpcCall;

// What a call needs of its server.
class CallSource {
 public:
  virtual ~CallSource() = default;
  // Has the next call that comes start `call` (GrpcCall::tag_started).
  virtual void Request(grpc::GenericServerContext* context,
                       grpc::GenericServerAsyncReaderWriter* stream, void* tag) = 0;
  // A call came; `call` was used for it. Serves it, or finishes it with an error.
  virtual void OnCall(RefPtr<GrpcCall> call, absl::string_view method) = 0;
  // The call is over; `code` is how it ended.
  virtual void OnEnd(const GrpcCall& call, int code) = 0;
  // The queue has to stay while there are calls: an operation on one that is shut down aborts.
  std::atomic<int64_t>& live_calls() { return live_calls_; }

 private:
  std::atomic<int64_t> live_calls_{0};
};

// Every method comes through the generic service, so that a call is the same thing whatever it
// carries; server/handlers says which methods there are.
//
// Each operation on the queue holds a reference and is one of the tags below. The completion of the
// last one breaks the cycle between the call and its handler.
class GrpcCall final : public Call {
 public:
  explicit GrpcCall(CallSource& source);
  ~GrpcCall() override;
  // Waits for a call to come. One that never comes ends with the server.
  void Request();

  // Serves the call; `share` is given back with its end.
  // REQUIRES: the method is set.
  void Serve(Admission::Share share);
  // Null until known.
  const Method* method() const { return method_; }
  void set_method(const Method* method) { method_ = method; }
  absl::Time started() const { return started_; }
  // The value of a metadata key that the client sent once; empty without.
  absl::string_view Metadata(absl::string_view key) const;
  void Drain();

  void Read() override;
  void Write(absl::Cord message) override;
  void Finish(const google::rpc::Status& status) override;
  void WriteAndFinish(absl::Cord message) override;
  using Call::Finish;
  void Cancel() override { context_.TryCancel(); }
  absl::Duration time_left() const override;

  // What the poller does with a completed operation.
  struct Tag {
    GrpcCall* call;
    void (GrpcCall::*completed)(bool ok);
    bool is_start = false;
    void Complete(bool ok) { (call->*completed)(ok); }
  };

 private:
  void OnStarted(bool ok);
  void OnRead(bool ok);
  void OnWritten(bool ok);
  void OnFinished(bool ok);
  void OnDone(bool ok);
  void Begin();      // an operation
  void Completed();  // the last thing its completion does
  RefPtr<CallHandler> handler() const;
  int EndCode() const;

  CallSource& source_;
  grpc::GenericServerContext context_;
  grpc::GenericServerAsyncReaderWriter stream_{&context_};
  grpc::ByteBuffer incoming_;
  absl::Time started_;
  const Method* method_ = nullptr;
  Admission::Share share_;
  mutable Mutex mutex_;
  RefPtr<CallHandler> handler_ ABSL_GUARDED_BY(mutex_);
  std::atomic<int> operations_{0};
  std::atomic<bool> finished_{false};
  std::atomic<bool> cancelled_{false};
  std::atomic<int> code_{0};  // that Finish was called with

  Tag started_tag_{this, &GrpcCall::OnStarted, true};
  Tag read_tag_{this, &GrpcCall::OnRead};
  Tag written_tag_{this, &GrpcCall::OnWritten};
  Tag finished_tag_{this, &GrpcCall::OnFinished};
  Tag done_tag_{this, &GrpcCall::OnDone};
};

}  // namespace gradd::server
