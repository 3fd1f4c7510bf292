// The part of a stream that the pollers see: what arrives, and what is written.
#include "server/rpc/execute_stream.h"

#include <algorithm>
#include <utility>

#include "core/base/status.h"
#include "gradd/v1/gradient_service.pb.h"
#include "server/errors.h"
#include "server/limits.h"

namespace gradd::server {
ExecuteStream::ExecuteStream(RefPtr<Call> call, const ExecuteEnvironment& environment)
    : call_(std::move(call)), environment_(environment) {}

void ExecuteStream::Start() {
  {
    MutexLock lock(mutex_);
    timer_ = environment_.timers.Set(environment_.clock.Now() + limits::kStall,
                                     RefPtr<CallHandler>(this));
  }
  call_->Read();
}

absl::Status ExecuteStream::Open(Message& message) {
  ExecuteRequestView view;
  if (!view.Parse(message.Flat())) return errors::MalformedMessage("gradd.v1.ExecuteRequest");
  if (!view.open) return errors::StreamNotOpened();
  v1::OpenStream open;
  if (!open.ParseFromArray(view.open->data(), static_cast<int>(view.open->size()))) {
    return errors::MalformedMessage(open.GetTypeName());
  }
  GRADD_ASSIGN_OR_RETURN(session_, environment_.sessions.Find(open.session_id(), open.secret()));
  attachment_number_ = open.attachment();
  attempt_ = open.attempt();
  hold_.emplace(session_, attachment_number_);
  acknowledged_at_open_ = view.acknowledged;
  MutexLock lock(mutex_);
  opened_ = true;
  return absl::OkStatus();
}

void ExecuteStream::OnMessage(Message message) {
  if (!session_) {
    if (absl::Status status = Open(message); !status.ok()) return Break(std::move(status));
  }
  const int64_t size = message.size();
  Admission::Share share = environment_.admission.CountBytes(size);
  bool read;
  {
    MutexLock lock(mutex_);
    if (final_ || draining_) return;  // not accepted; the client will send it again
    inbox_.push_back({std::move(message), std::move(share)});
    inbox_bytes_ += size;
    read = reading_ = HasRoom();
    Schedule();
  }
  if (read) call_->Read();
}

void ExecuteStream::OnReadsDone() {
  if (!session_) return Break(errors::StreamNotOpened());
  MutexLock lock(mutex_);
  reading_ = false;
  reads_done_ = true;
  Schedule();
}

void ExecuteStream::OnWritten(bool ok) {
  Action action;
  {
    MutexLock lock(mutex_);
    writing_ = false;
    if (!ok) broken_ = true;
    if (!ok || awaits_outbox_) Schedule();
    action = NextAction();
  }
  Perform(std::move(action));
}

void ExecuteStream::OnCancelled() {
  Action action;
  {
    MutexLock lock(mutex_);
    broken_ = true;
    Schedule();
    action = NextAction();
  }
  Perform(std::move(action));
}

void ExecuteStream::OnDrain() {
  Action action;
  {
    MutexLock lock(mutex_);
    draining_ = true;
    if (opened_) {
      Schedule();
    } else if (!final_) {
      final_ = errors::Draining();
    }
    action = NextAction();
  }
  Perform(std::move(action));
}

void ExecuteStream::OnTimer() {
  {
    MutexLock lock(mutex_);
    timer_ = {};
    if (finished_) return;
    const bool stalled = writing_ && writes_ == writes_seen_;
    if (opened_ && !stalled) {
      writes_seen_ = writes_;
      timer_ = environment_.timers.Set(environment_.clock.Now() + limits::kStall,
                                       RefPtr<CallHandler>(this));
      return;
    }
  }
  call_->Cancel();
}

void ExecuteStream::Schedule() {
  if (scheduled_ || !opened_) return;
  scheduled_ = true;
  session_->strand().Post([self = RefPtr<ExecuteStream>(this)] { self->Advance(); });
}

bool ExecuteStream::HasRoom() const {
  const size_t messages = inbox_.size() - inbox_first_;
  return inbox_bytes_ < limits::kInboxBytes && messages < limits::kInboxMessages &&
         !(messages > 0 && environment_.admission.bytes_are_scarce());
}

ExecuteStream::Action ExecuteStream::NextAction() {
  Action action;
  if (finished_ || writing_) return action;
  if (broken_) {
    outbox_.Clear();
    finished_ = true;
    action.finish = errors::CallCancelled();
  } else if (has_news_ || !outbox_.empty()) {
    has_news_ = false;
    writing_ = true;
    ++writes_;
    action.write = std::exchange(preface_, absl::Cord());
    action.write->Append(outbox_.TakeMessage(progress_));
  } else if (final_) {
    finished_ = true;
    action.finish = *final_;
  }
  if (finished_) environment_.timers.Clear(timer_);
  return action;
}

void ExecuteStream::Perform(Action action) {
  if (action.write) call_->Write(*std::move(action.write));
  if (action.finish) call_->Finish(*action.finish);
}

void ExecuteStream::Break(absl::Status status) {
  std::vector<Arrived> dropped;  // outside of the lock
  Action action;
  {
    MutexLock lock(mutex_);
    if (!final_) final_ = std::move(status);
    dropped.swap(inbox_);
    inbox_first_ = 0;
    inbox_bytes_ = 0;
    action = NextAction();
  }
  Perform(std::move(action));
}

}  // namespace gradd::server
