// Unary calls: a function from a request to an answer.
#pragma once

#include <functional>
#include <utility>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include <google/protobuf/message_lite.h>

#include "core/base/clock.h"
#include "core/base/mutex.h"
#include "proto/codec/status.h"
#include "server/admission/admission.h"
#include "server/errors.h"
#include "server/rpc/call.h"
#include "server/rpc/timers.h"

namespace gradd::server {

// What all unary calls share. Outlives them.
struct UnaryEnvironment {
  Clock& clock;
  Timers& timers;
  Admission& admission;
  absl::Duration longest;  // calls without a deadline, or with a later one, end after this
};

// One unary call that waits for its answer. Ends once: with an answer, an error, or its deadline.
class UnaryCall final : public CallHandler {
 public:
  // Runs when the message has come; sees to it that the call gets its answer, now or later.
  using Serve = std::function<void(Message& request, const RefPtr<UnaryCall>& call)>;

  // `serve` outlives the call.
  UnaryCall(RefPtr<Call> call, const UnaryEnvironment& environment, const Serve& serve);
  // Thread-safe. The first ends the call, later ones do nothing.
  void Answer(const google::protobuf::MessageLite& response);
  void Fail(const absl::Status& status) { Fail(codec::EncodeStatus(status)); }
  void Fail(const google::rpc::Status& status);
  // Called once if the call is given up before its end; at once if it is already.
  void OnGivenUp(absl::AnyInvocable<void()> give_up);

  void Start() override;
  void OnMessage(Message message) override;
  void OnReadsDone() override;
  void OnCancelled() override { GiveUp(errors::CallCancelled()); }
  void OnTimer() override { GiveUp(errors::DeadlineExceeded()); }

 private:
  bool BeginEnd();
  void GiveUp(const absl::Status& status);

  const RefPtr<Call> call_;
  const UnaryEnvironment& environment_;
  const Serve& serve_;
  Admission::Share bytes_;
  Mutex mutex_;
  bool served_ = false;
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
  bool given_up_ ABSL_GUARDED_BY(mutex_) = false;
  absl::AnyInvocable<void()> give_up_ ABSL_GUARDED_BY(mutex_);
  Timers::Id timer_ ABSL_GUARDED_BY(mutex_);
};

// Parses what came; INTERNAL, as gRPC does, when it is no valid message.
absl::Status ParseRequest(Message& bytes, google::protobuf::MessageLite* request);

// The typed end of a call, for handlers that answer later.
template <class Response>
class Reply {
 public:
  explicit Reply(RefPtr<UnaryCall> call) : call_(std::move(call)) {}

  void operator()(const absl::StatusOr<Response>& response) const {
    if (response.ok()) {
      call_->Answer(*response);
    } else {
      call_->Fail(response.status());
    }
  }
  void Fail(const absl::Status& status) const { call_->Fail(status); }
  void Fail(const google::rpc::Status& status) const { call_->Fail(status); }
  void OnGivenUp(absl::AnyInvocable<void()> give_up) const { call_->OnGivenUp(std::move(give_up)); }

 private:
  RefPtr<UnaryCall> call_;
};

}  // namespace gradd::server
