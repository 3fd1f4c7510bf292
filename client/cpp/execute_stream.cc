#include "client/cpp/execute_stream.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/proto_buffer_reader.h>
#include <grpcpp/support/proto_buffer_writer.h>

#include "client/cpp/rpc_status.h"
#include "core/base/clock.h"
#include "core/base/status.h"

namespace gradd {
inline namespace client {
namespace {

using Nanos = ExecuteStream::Nanos;

constexpr char kMethod[] = "/gradd.v1.GradientService/Execute";
constexpr Nanos kNever = Nanos::max();
// Answers of so many bytes are acknowledged when they have come, others with the next commands.
constexpr size_t kAcknowledgedBytes = 1 << 20;
constexpr Nanos kSlowTick = std::chrono::milliseconds(200);
// Fast ticks without anything to do before they become slow ones.
constexpr int kQuietTicks = 50;

Nanos Now() { return Nanos(MonotonicNanos()); }

gpr_timespec Deadline(Nanos at) {
  if (at == kNever) return gpr_inf_future(GPR_CLOCK_MONOTONIC);
  const Nanos left = std::max(Nanos(0), at - Now());
  return gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC),
                      gpr_time_from_nanos(left.count(), GPR_TIMESPAN));
}

void* Tag(intptr_t operation) { return reinterpret_cast<void*>(operation); }

grpc::ByteBuffer Serialize(const v1::ExecuteRequest& request) {
  grpc::ByteBuffer buffer;
  grpc::ProtoBufferWriter writer(&buffer, grpc::kProtoBufferWriterMaxBufferLength,
                                 static_cast<int>(request.ByteSizeLong()));
  request.SerializeToZeroCopyStream(&writer);
  return buffer;
}

// A slice that keeps `bytes` alive: they are resent as they are, so nobody copies them.
grpc::Slice Share(CommandLog::Bytes bytes) {
  if (bytes->size() < 512) return grpc::Slice(*bytes);
  auto* const owner = new CommandLog::Bytes(std::move(bytes));
  return grpc::Slice(
      const_cast<char*>((*owner)->data()), (*owner)->size(),
      [](void* held) { delete static_cast<CommandLog::Bytes*>(held); }, owner);
}

}  // namespace

struct ExecuteStream::Attempt {
  grpc::ClientContext context;
  std::unique_ptr<grpc::GenericClientAsyncReaderWriter> call;
  grpc::ByteBuffer reply;
  grpc::Status status;
  int outstanding = 0;
  bool can_write = false;
  bool writing = false;
  bool finishing = false;
  bool half_closed = false;
};

ExecuteStream::ExecuteStream(std::shared_ptr<grpc::Channel> channel, const v1::OpenStream& open,
                             CommandLog* log, Options options)
    : channel_(std::move(channel)),
      stub_(channel_),
      open_(open),
      log_(log),
      options_(std::move(options)),
      retry_pause_(options_.first_retry) {
  MutexLock lock(mutex_);
  Begin();
  ticker_ = std::thread([this] { RunTicks(); });
}

ExecuteStream::~ExecuteStream() {
  {
    MutexLock lock(mutex_);
    stop_ = true;
    closing_ = true;
    tick_.NotifyAll();
    if (attempt_ != nullptr) {
      attempt_->context.TryCancel();
      Finish();
    }
  }
  ticker_.join();
  MutexLock lock(mutex_);
  while (attempt_ != nullptr) Poll(Nanos(0), kNever);
  queue_.Shutdown();
  void* tag;
  bool ok;
  while (queue_.Next(&tag, &ok)) {
  }
}

void ExecuteStream::Begin() {
  attempt_ = std::make_unique<Attempt>();
  ++attempts_;
  acknowledged_ = 0;
  unacknowledged_bytes_ = 0;
  for (const auto& [key, value] : options_.metadata) attempt_->context.AddMetadata(key, value);
  attempt_->call = stub_.PrepareCall(&attempt_->context, kMethod, &queue_);
  ++attempt_->outstanding;
  attempt_->call->StartCall(Tag(kStart));
}

void ExecuteStream::WriteIfIdle() {
  Attempt* const attempt = attempt_.get();
  if (attempt == nullptr || !attempt->can_write || attempt->writing || attempt->finishing) return;
  if (attempt->half_closed) return;
  batch_.clear();
  const bool more = log_->Take(options_.message_bytes, &batch_);
  // Answers wait on the server until they are acknowledged, also where there is nothing to ask for.
  if (batch_.empty() && !AcknowledgementIsDue()) {
    if (!closing_) return;
    attempt->half_closed = true;
    ++attempt->outstanding;
    attempt->call->WritesDone(Tag(kWritesDone));
    return;
  }
  std::vector<grpc::Slice> slices;
  slices.reserve(batch_.size() + 1);
  for (CommandLog::Bytes& bytes : batch_) slices.push_back(Share(std::move(bytes)));
  v1::ExecuteRequest rest;
  rest.set_acknowledged(acknowledged_ = log_->applied());
  unacknowledged_bytes_ = 0;
  slices.emplace_back(rest.SerializeAsString());
  grpc::WriteOptions options;
  if (more) options.set_buffer_hint();
  attempt->writing = true;
  ++attempt->outstanding;
  attempt->call->Write(grpc::ByteBuffer(slices.data(), slices.size()), options, Tag(kWrite));
}

bool ExecuteStream::AcknowledgementIsDue() const {
  return unacknowledged_bytes_ >= kAcknowledgedBytes && log_->applied() > acknowledged_;
}

void ExecuteStream::Finish() {
  if (attempt_->finishing) return;
  attempt_->finishing = true;
  ++attempt_->outstanding;
  attempt_->call->Finish(&attempt_->status, Tag(kFinish));
}

void ExecuteStream::OnEvent(Operation operation, bool ok) {
  Attempt& attempt = *attempt_;
  --attempt.outstanding;
  switch (operation) {
    case kStart: {
      if (!ok || attempt.finishing) {
        Finish();
        break;
      }
      v1::ExecuteRequest request;
      *request.mutable_open() = open_;
      request.mutable_open()->set_attempt(attempts_);
      attempt.writing = true;
      ++attempt.outstanding;
      attempt.call->Write(Serialize(request), Tag(kOpen));
      ++attempt.outstanding;
      attempt.call->Read(&attempt.reply, Tag(kRead));
      break;
    }
    case kOpen:
      if (attempts_ == 1) attempt.can_write = true;
      [[fallthrough]];
    case kWrite:
      attempt.writing = false;
      if (ok) WriteIfIdle();
      break;
    case kRead:
      if (ok) {
        OnReply();
      } else {
        Finish();
      }
      break;
    case kWritesDone:
    case kFinish:
      break;
  }
  if (attempt.finishing && attempt.outstanding == 0) OnEnd();
}

void ExecuteStream::OnReply() {
  unacknowledged_bytes_ += attempt_->reply.Length();
  {
    grpc::ProtoBufferReader reader(&attempt_->reply);
    response_.Clear();
    if (!response_.ParseFromZeroCopyStream(&reader)) {
      attempt_->context.TryCancel();
      Finish();
      return;
    }
  }
  if (response_.has_opened()) {
    // What an earlier stream took may be lost, whether or not the server ever answered it.
    if (attempts_ > 1) log_->Reopen(response_.opened().applied());
    attempt_->can_write = true;
  }
  log_->OnResponse(response_);
  if (const uint64_t applied = log_->applied(); applied != progress_ || log_->Idle()) {
    progress_ = applied;
    trouble_since_ = Nanos(0);
    retry_pause_ = options_.first_retry;
  }
  if (!attempt_->finishing) {
    ++attempt_->outstanding;
    attempt_->call->Read(&attempt_->reply, Tag(kRead));
  }
  WriteIfIdle();
}

void ExecuteStream::OnEnd() {
  const absl::Status status = FromRpcStatus(attempt_->status);
  attempt_ = nullptr;
  if (closing_) {
    closed_ = true;
    return;
  }
  if (IsFinal(status.code())) {
    log_->Fail(status);
    return;
  }
  const Nanos now = Now();
  if (trouble_since_ == Nanos(0)) trouble_since_ = now;
  if (now - trouble_since_ > options_.give_up && !log_->Idle()) {
    log_->Fail(MakeError(absl::StatusCode::kUnavailable, "CONNECTION_LOST",
                         absl::StrCat("the connection to the server is lost: ", status.message())));
    return;
  }
  retry_at_ = now + retry_pause_;
  retry_pause_ = std::min(2 * retry_pause_, options_.longest_retry);
  tick_.NotifyAll();
}

bool ExecuteStream::Poll(Nanos spin, Nanos until) {
  if (attempt_ == nullptr) {
    if (closing_ || !log_->failure().ok()) return false;
    if (const Nanos now = Now(); retry_at_ > now) {
      // Nothing is under way; only time can pass.
      const Nanos pause = std::min(retry_at_, until) - now;
      if (pause > Nanos(0)) (void)changed_.WaitFor(mutex_, pause);
      return false;
    }
    Begin();
  }
  polling_ = true;
  mutex_.Unlock();
  void* tag = nullptr;
  bool ok = false;
  auto outcome = queue_.AsyncNext(&tag, &ok, gpr_time_0(GPR_CLOCK_MONOTONIC));
  if (outcome == grpc::CompletionQueue::TIMEOUT && spin > Nanos(0)) {
    const Nanos spin_until = Now() + spin;
    do {
      outcome = queue_.AsyncNext(&tag, &ok, gpr_time_0(GPR_CLOCK_MONOTONIC));
    } while (outcome == grpc::CompletionQueue::TIMEOUT && Now() < spin_until);
  }
  if (outcome == grpc::CompletionQueue::TIMEOUT && until > Nanos(0)) {
    outcome = queue_.AsyncNext(&tag, &ok, Deadline(until));
  }
  mutex_.Lock();
  polling_ = false;
  const bool came = outcome == grpc::CompletionQueue::GOT_EVENT;
  if (came) OnEvent(static_cast<Operation>(reinterpret_cast<intptr_t>(tag)), ok);
  if (waiting_ > 0) changed_.NotifyAll();
  return came;
}

void ExecuteStream::DriveUntil(absl::FunctionRef<bool()> done, Nanos until) {
  while (!done() && Now() < until) {
    if (!polling_) {
      (void)Poll(options_.spin, until);
    } else {
      ++waiting_;
      if (until == kNever) {
        changed_.Wait(mutex_);
      } else {
        (void)changed_.WaitFor(mutex_, std::max(Nanos(1), until - Now()));
      }
      --waiting_;
    }
  }
  // One of those who still wait takes the queue over.
  if (waiting_ > 0) changed_.NotifyAll();
}

void ExecuteStream::Wait(absl::FunctionRef<bool()> done) {
  MutexLock lock(mutex_);
  WriteIfIdle();
  DriveUntil(done, kNever);
}

void ExecuteStream::Follow(unsigned advice) {
  MutexLock lock(mutex_);
  if ((advice & CommandLog::kWake) != 0) {
    alert_ = true;
    tick_.NotifyAll();
  }
  if ((advice & CommandLog::kSend) != 0) {
    // The end of the last write may lie unseen, and answers with it.
    for (int i = 0; i < 4 && !polling_ && attempt_ != nullptr && attempt_->writing; ++i) {
      if (!Poll(Nanos(0), Nanos(0))) break;
    }
    WriteIfIdle();
  }
  if ((advice & CommandLog::kFull) != 0) {
    DriveUntil([this] { return log_->HasRoom(); }, kNever);
  }
}

void ExecuteStream::Close(Nanos patience) {
  MutexLock lock(mutex_);
  const Nanos until = Now() + patience;
  WriteIfIdle();
  DriveUntil([this] { return log_->Idle() || !log_->failure().ok(); }, until);
  closing_ = true;
  WriteIfIdle();
  if (attempt_ == nullptr) return;
  DriveUntil([this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return closed_; }, until);
}

void ExecuteStream::RunTicks() {
  MutexLock lock(mutex_);
  int quiet = 0;
  while (!stop_) {
    const bool slow = quiet >= kQuietTicks && log_->Rest();
    (void)tick_.WaitFor(mutex_, slow ? kSlowTick : options_.linger);
    if (std::exchange(alert_, false)) quiet = 0;
    if (stop_ || polling_) continue;
    for (int i = 0; i < 16 && !polling_ && !stop_; ++i) {
      if (attempt_ == nullptr && (retry_at_ > Now() || closing_)) break;
      if (!Poll(Nanos(0), Nanos(0))) break;
    }
    quiet = log_->Idle() ? quiet + 1 : 0;
    WriteIfIdle();
  }
}

}  // namespace client
}  // namespace gradd
