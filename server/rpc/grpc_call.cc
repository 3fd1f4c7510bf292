#include "server/rpc/grpc_call.h"

#include <utility>

#include "server/rpc/outgoing.h"

namespace gradd::server {

GrpcCall::GrpcCall(CallSource& source) : source_(source) { source_.live_calls().fetch_add(1); }

GrpcCall::~GrpcCall() { source_.live_calls().fetch_sub(1); }

void GrpcCall::Request() {
  context_.AsyncNotifyWhenDone(&done_tag_);
  Begin();
  source_.Request(&context_, &stream_, &started_tag_);
}

void GrpcCall::Begin() {
  operations_.fetch_add(1, std::memory_order_relaxed);
  AddRef();
}

void GrpcCall::Completed() {
  if (operations_.fetch_sub(1, std::memory_order_acq_rel) == 1 && finished_.load()) {
    RefPtr<CallHandler> dropped;  // outside of the lock
    {
      MutexLock lock(mutex_);
      dropped = std::move(handler_);
    }
    share_ = {};
    source_.OnEnd(*this, EndCode());
  }
  Release();
}

int GrpcCall::EndCode() const {
  if (!cancelled_) return code_;
  return static_cast<int>(time_left() <= absl::ZeroDuration() ? grpc::StatusCode::DEADLINE_EXCEEDED
                                                              : grpc::StatusCode::CANCELLED);
}

RefPtr<CallHandler> GrpcCall::handler() const {
  MutexLock lock(mutex_);
  return handler_;
}

void GrpcCall::OnStarted(bool ok) {
  if (ok) {
    Begin();  // OnDone comes for a call that has started, and only for one
    started_ = absl::Now();
    source_.OnCall(RefPtr<GrpcCall>(this), context_.method());
  }
  Completed();
}

void GrpcCall::Serve(Admission::Share share) {
  share_ = std::move(share);
  RefPtr<CallHandler> handler = method_->serve(RefPtr<Call>(this));
  {
    MutexLock lock(mutex_);
    handler_ = handler;
  }
  handler->Start();
  // OnDone may have come before there was a handler.
  if (cancelled_) handler->OnCancelled();
}

absl::string_view GrpcCall::Metadata(absl::string_view key) const {
  const auto& all = context_.client_metadata();
  const grpc::string_ref name(key.data(), key.size());
  const auto found = all.find(name);
  if (found == all.end() || all.count(name) != 1) return {};
  return {found->second.data(), found->second.size()};
}

absl::Duration GrpcCall::time_left() const {
  const gpr_timespec deadline = context_.raw_deadline();
  if (gpr_time_cmp(deadline, gpr_inf_future(deadline.clock_type)) == 0) {
    return absl::InfiniteDuration();
  }
  const gpr_timespec left = gpr_time_sub(deadline, gpr_now(deadline.clock_type));
  return absl::Seconds(left.tv_sec) + absl::Nanoseconds(left.tv_nsec);
}

void GrpcCall::Drain() {
  if (const RefPtr<CallHandler> told = handler()) told->OnDrain();
}

void GrpcCall::Read() {
  Begin();
  stream_.Read(&incoming_, &read_tag_);
}

void GrpcCall::OnRead(bool ok) {
  if (const RefPtr<CallHandler> told = handler()) {
    if (ok) {
      told->OnMessage(Message(std::exchange(incoming_, grpc::ByteBuffer())));
    } else {
      told->OnReadsDone();
    }
  }
  Completed();
}

void GrpcCall::Write(absl::Cord message) {
  Begin();
  stream_.Write(ToByteBuffer(message), &written_tag_);
}

void GrpcCall::OnWritten(bool ok) {
  if (const RefPtr<CallHandler> told = handler()) told->OnWritten(ok);
  Completed();
}

void GrpcCall::Finish(const google::rpc::Status& status) {
  Begin();
  code_ = status.code();
  stream_.Finish(ToGrpcStatus(status), &finished_tag_);
}

void GrpcCall::WriteAndFinish(absl::Cord message) {
  Begin();
  stream_.WriteAndFinish(ToByteBuffer(message), grpc::WriteOptions(), grpc::Status::OK,
                         &finished_tag_);
}

void GrpcCall::OnFinished(bool /*ok*/) {
  finished_ = true;
  Completed();
}

void GrpcCall::OnDone(bool /*ok*/) {
  if (context_.IsCancelled()) {
    cancelled_ = true;
    if (const RefPtr<CallHandler> told = handler()) told->OnCancelled();
  }
  Completed();
}

}  // namespace gradd::server
