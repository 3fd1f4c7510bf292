#include "server/session/command_cancels.h"

#include "server/errors.h"
#include "server/limits.h"

namespace gradd::server {

absl::Status CommandCancels::Cancel(Name command) {
  MutexLock lock(mutex_);
  if (wished_.size() >= limits::kEarlyCancels) {
    return errors::TooManyEarlyCancels(limits::kEarlyCancels);
  }
  wished_.insert(static_cast<uint64_t>(command));
  wishes_.store(true);
  if (running_.load() == command) cancellation_->Cancel();
  return absl::OkStatus();
}

void CommandCancels::CancelSlow(Name command) {
  MutexLock lock(mutex_);
  wishes_.store(true);
  if (running_.load() != command) return;
  cancellation_->Cancel(Cancellation::Reason::kTooSlow);
}

void CommandCancels::CancelAll() {
  MutexLock lock(mutex_);
  all_ = true;
  wishes_.store(true);
  cancellation_->Cancel();
}

void CommandCancels::HearWishes(Name command) {
  MutexLock lock(mutex_);
  if (cancellation_->cancelled()) cancellation_.emplace();
  if (all_ || wished_.contains(static_cast<uint64_t>(command))) cancellation_->Cancel();
  // A cancelled one has to be replaced before the next command.
  wishes_.store(cancellation_->cancelled() || !wished_.empty());
}

void CommandCancels::ForgetUpTo(uint32_t attachment, uint64_t sequence) {
  MutexLock lock(mutex_);
  const auto first = static_cast<uint64_t>(Numbered(attachment, 0));
  const auto last = static_cast<uint64_t>(Numbered(attachment, sequence));
  absl::erase_if(wished_, [&](uint64_t wish) { return first <= wish && wish <= last; });
}

void CommandCancels::Forget(Name command) {
  MutexLock lock(mutex_);
  wished_.erase(static_cast<uint64_t>(command));
}

}  // namespace gradd::server
