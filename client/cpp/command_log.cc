#include "client/cpp/command_log.h"

#include <algorithm>
#include <utility>

#include "proto/codec/op_call.h"

namespace gradd {
inline namespace client {

unsigned CommandLog::Advise() {
  unsigned advice = kNothing;
  if (resting_) {
    resting_ = false;
    advice |= kWake;
  }
  // Once for every so many bytes, however long the sender takes.
  if (const size_t unsent = unsent_bytes_ + forward_.size(); unsent >= next_advice_) {
    next_advice_ = unsent + bounds_.send_bytes;
    advice |= kSend;
  }
  if (window_.size() >= bounds_.window_commands || window_bytes_ >= bounds_.window_bytes) {
    advice |= kFull;
  }
  return advice;
}

void CommandLog::Push(std::string bytes) {
  window_bytes_ += bytes.size();
  unsent_bytes_ += bytes.size();
  window_.push_back(std::make_shared<const std::string>(std::move(bytes)));
}

void CommandLog::CloseDefinitions() {
  if (!definitions_.has_define()) return;
  Push(codec::FrameCommand({last_sequence() + 1, 0, 0}, &definitions_));
  definitions_.Clear();
}

void CommandLog::CloseForward() {
  CloseDefinitions();
  if (forward_calls_ == 0) return;
  const Issuer issuer = forward_issuer_;
  Push(codec::FrameForward({last_sequence() + 1, issuer.lane, issuer.epoch}, forward_));
  forward_.clear();
  forward_calls_ = 0;
}

void CommandLog::CloseReleases() {
  if (releases_.empty()) return;
  CloseForward();
  v1::Command command;
  command.mutable_release()->mutable_handles()->Assign(releases_.begin(), releases_.end());
  releases_.clear();
  Push(codec::FrameCommand({last_sequence() + 1, 0, 0}, &command));
}

void CommandLog::PushCall(Issuer issuer, absl::string_view call) {
  if (forward_calls_ > 0 &&
      (forward_issuer_.lane != issuer.lane || forward_issuer_.epoch != issuer.epoch ||
       forward_calls_ >= bounds_.calls_in_forward || forward_.size() >= bounds_.forward_bytes)) {
    CloseForward();
  }
  forward_issuer_ = issuer;
  forward_.append(call.data(), call.size());
  ++forward_calls_;
}

unsigned CommandLog::AppendCall(Issuer issuer, absl::string_view call) {
  MutexLock lock(mutex_);
  if (!failure_.ok()) return kFailed;
  PushCall(issuer, call);
  return Advise();
}

unsigned CommandLog::AppendCall(Issuer issuer, absl::string_view call, Answer* answer,
                                uint64_t* sequence) {
  MutexLock lock(mutex_);
  if (!failure_.ok()) return kFailed;
  PushCall(issuer, call);
  CloseForward();
  *sequence = last_sequence();
  if (answer != nullptr) waiters_[*sequence] = {answer};
  return Advise();
}

unsigned CommandLog::Append(Issuer issuer, v1::Command& command, Answer* answer,
                            uint64_t* sequence) {
  MutexLock lock(mutex_);
  if (!failure_.ok()) return kFailed;
  CloseForward();
  const uint64_t number = last_sequence() + 1;
  Push(codec::FrameCommand({number, issuer.lane, issuer.epoch}, &command));
  if (sequence != nullptr) *sequence = number;
  if (answer != nullptr) waiters_[number] = {answer};
  return Advise();
}

unsigned CommandLog::Release(uint64_t handle) {
  MutexLock lock(mutex_);
  if (!failure_.ok()) return kFailed;
  releases_.push_back(handle);
  if (releases_.size() >= bounds_.releases_in_command) CloseReleases();
  return Advise();
}

void CommandLog::Define(uint32_t id, absl::string_view text, uint64_t op_hash) {
  MutexLock lock(mutex_);
  v1::Definition* const definition = definitions_.mutable_define()->add_definitions();
  definition->set_id(id);
  definition->set_text(std::string(text));
  definition->set_op_hash(op_hash);
}

bool CommandLog::Done(uint64_t sequence) const {
  MutexLock lock(mutex_);
  if (sequence <= applied_ || !failure_.ok()) return true;
  const auto waiter = waiters_.find(sequence);
  return waiter != waiters_.end() && waiter->second.answered;
}

void CommandLog::Forget(uint64_t sequence) {
  MutexLock lock(mutex_);
  waiters_.erase(sequence);
}

uint64_t CommandLog::LastSequence() {
  MutexLock lock(mutex_);
  CloseForward();
  CloseReleases();
  return last_sequence();
}

bool CommandLog::HasRoom() const {
  MutexLock lock(mutex_);
  // Some way below the bound, so that a caller who waited does not stop again at once.
  return !failure_.ok() || (window_.size() < bounds_.window_commands * 3 / 4 &&
                            window_bytes_ < bounds_.window_bytes * 3 / 4);
}

absl::Status CommandLog::failure() const {
  MutexLock lock(mutex_);
  return failure_;
}

bool CommandLog::Take(size_t max_bytes, std::vector<Bytes>* commands) {
  MutexLock lock(mutex_);
  if (!failure_.ok()) return false;
  CloseForward();
  CloseReleases();
  size_t bytes = 0;
  next_advice_ = bounds_.send_bytes;
  while (sent_ < window_.size()) {
    const Bytes& next = window_[sent_];
    if (bytes > 0 && bytes + next->size() > max_bytes) return true;
    bytes += next->size();
    unsent_bytes_ -= next->size();
    commands->push_back(next);
    ++sent_;
  }
  return false;
}

bool CommandLog::HasUnsent() const {
  MutexLock lock(mutex_);
  return failure_.ok() && (window_.size() > sent_ || forward_calls_ > 0 || !releases_.empty());
}

bool CommandLog::Rest() {
  MutexLock lock(mutex_);
  resting_ = idle();
  return resting_;
}

bool CommandLog::Idle() const {
  MutexLock lock(mutex_);
  return idle();
}

void CommandLog::DropApplied(uint64_t applied) {
  for (; applied_ < applied && !window_.empty(); ++applied_) {
    window_bytes_ -= window_.front()->size();
    if (sent_ > 0) {
      --sent_;
    } else {
      unsent_bytes_ -= window_.front()->size();
    }
    window_.pop_front();
  }
}

void CommandLog::Reopen(uint64_t applied) {
  MutexLock lock(mutex_);
  uint64_t known = applied;
  for (const auto& [sequence, waiter] : waiters_) {
    if (!waiter.answered && sequence > applied_) known = std::min(known, sequence - 1);
  }
  DropApplied(known);
  sent_ = 0;
  unsent_bytes_ = window_bytes_;
  if (known == applied) return;
  // A server that repeats answers need not repeat how far it is; a new command makes it say so.
  CloseForward();
  Push(codec::FrameForward({last_sequence() + 1, 0, 0}, ""));
}

void CommandLog::OnResponse(v1::ExecuteResponse& response) {
  MutexLock lock(mutex_);
  for (v1::Result& result : *response.mutable_results()) {
    const auto waiter = waiters_.find(result.sequence());
    if (waiter == waiters_.end() || waiter->second.answered) continue;
    *waiter->second.answer = {std::move(result)};
    waiter->second.answered = true;
  }
  DropApplied(std::min(response.applied(), applied_ + sent_));
}

void CommandLog::Fail(absl::Status status) {
  MutexLock lock(mutex_);
  if (failure_.ok()) failure_ = std::move(status);
  window_.clear();
  window_bytes_ = 0;
  unsent_bytes_ = 0;
  sent_ = 0;
  forward_.clear();
  forward_calls_ = 0;
  releases_.clear();
  definitions_.Clear();
}

uint64_t CommandLog::applied() const {
  MutexLock lock(mutex_);
  return applied_;
}

}  // namespace client
}  // namespace gradd
