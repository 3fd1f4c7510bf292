#include "server/rpc/unary.h"

#include "server/errors.h"

namespace gradd::server {

UnaryCall::UnaryCall(RefPtr<Call> call, const UnaryEnvironment& environment, const Serve& serve)
    : call_(std::move(call)), environment_(environment), serve_(serve) {}

void UnaryCall::Start() {
  const absl::Duration left = call_->time_left();
  if (left <= absl::ZeroDuration()) return Fail(errors::DeadlineExceeded());
  // gRPC itself watches nearer deadlines.
  if (left > environment_.longest) {
    MutexLock lock(mutex_);
    timer_ = environment_.timers.Set(environment_.clock.Now() + environment_.longest,
                                     RefPtr<CallHandler>(this));
  }
  call_->Read();
}

void UnaryCall::OnMessage(Message message) {
  absl::StatusOr<Admission::Share> bytes = environment_.admission.AdmitBytes(message.size());
  if (!bytes.ok()) return Fail(bytes.status());
  bytes_ = *std::move(bytes);
  served_ = true;
  serve_(message, RefPtr<UnaryCall>(this));
}

void UnaryCall::OnReadsDone() {
  if (!served_) Fail(errors::MessageMissing());
}

bool UnaryCall::BeginEnd() {
  absl::AnyInvocable<void()> dropped;  // outside of the lock
  MutexLock lock(mutex_);
  if (ended_) return false;
  ended_ = true;
  environment_.timers.Clear(timer_);
  dropped = std::move(give_up_);
  return true;
}

void UnaryCall::Answer(const google::protobuf::MessageLite& response) {
  if (!BeginEnd()) return;
  std::string bytes;
  response.SerializeToString(&bytes);
  call_->WriteAndFinish(absl::Cord(std::move(bytes)));
}

void UnaryCall::Fail(const google::rpc::Status& status) {
  if (BeginEnd()) call_->Finish(status);
}

void UnaryCall::OnGivenUp(absl::AnyInvocable<void()> give_up) {
  {
    MutexLock lock(mutex_);
    if (ended_ && !given_up_) return;
    if (!given_up_) {
      give_up_ = std::move(give_up);
      return;
    }
  }
  give_up();
}

void UnaryCall::GiveUp(const absl::Status& status) {
  absl::AnyInvocable<void()> give_up;
  {
    MutexLock lock(mutex_);
    if (ended_) return;
    given_up_ = true;
    give_up = std::exchange(give_up_, nullptr);
  }
  // What the call started is told to stop; the caller need not wait until it has.
  if (give_up != nullptr) give_up();
  Fail(status);
}

absl::Status ParseRequest(Message& bytes, google::protobuf::MessageLite* request) {
  // A copy of a small message costs less than reading it in pieces.
  constexpr int64_t kCopied = 16 << 10;
  bool valid;
  if (bytes.size() <= kCopied) {
    const absl::string_view flat = bytes.Flat();
    valid = request->ParseFromArray(flat.data(), static_cast<int>(flat.size()));
  } else {
    const std::vector<grpc::Slice> pieces = bytes.Pieces();
    PiecesStream stream(pieces);
    valid = request->ParseFromZeroCopyStream(&stream);
  }
  return valid ? absl::OkStatus() : errors::MalformedMessage(request->GetTypeName());
}

}  // namespace gradd::server
