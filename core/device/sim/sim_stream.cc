#include "core/device/sim/sim_stream.h"

#include <utility>

#include "absl/time/clock.h"

#include "core/base/clock.h"
#include "core/base/status.h"

namespace gradd {
namespace {
// A device's queue is finite: whoever enqueues waits when it is full.
constexpr size_t kQueueLimit = 1024;
}  // namespace

absl::Status SimFault(bool faulted) {
  if (!faulted) return absl::OkStatus();
  return InternalError("DEVICE_FAULT", "sim: device fault (injected)");
}

SimStream::SimStream(absl::Duration delay, std::shared_ptr<std::atomic<bool>> device_faulted)
    : Stream(false),
      delay_(delay),
      faulted_(std::move(device_faulted)),
      worker_([this] { Run(); }) {}

SimStream::~SimStream() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
  }
  work_added_.NotifyOne();
  // The last reference can be dropped by work that the worker itself ran.
  if (worker_.get_id() == std::this_thread::get_id()) {
    worker_.detach();
  } else {
    worker_.join();
  }
}

void SimStream::Enqueue(std::function<void()> work) {
  {
    MutexLock lock(mutex_);
    while (queue_.size() >= kQueueLimit) work_done_.Wait(mutex_);
    queue_.push_back(std::move(work));
  }
  work_added_.NotifyOne();
}

absl::Status SimStream::Synchronize() {
  MutexLock lock(mutex_);
  while (busy_ || !queue_.empty()) work_done_.Wait(mutex_);
  return SimFault(*faulted_);
}

void SimStream::BeginOp(const char*, bool timed) {
  is_timed_ = timed;
  if (timed) Enqueue([this] { op_began_ = MonotonicNanos(); });
}

void SimStream::EndOp() {
  if (!is_timed_) return;
  Enqueue([this] {
    const int64_t took = MonotonicNanos() - op_began_;
    MutexLock lock(mutex_);
    op_times_.push_back(took);
  });
}

std::optional<int64_t> SimStream::TakeOpTime() {
  MutexLock lock(mutex_);
  if (op_times_.empty()) return std::nullopt;
  const int64_t took = op_times_.front();
  op_times_.pop_front();
  return took;
}

uint64_t SimStream::Mark() {
  Enqueue([this, mark = ++marks_] {
    MutexLock lock(mutex_);
    reached_ = mark;
  });
  return marks_;
}

bool SimStream::HasReached(uint64_t mark) {
  MutexLock lock(mutex_);
  return reached_ >= mark;
}

void SimStream::Run() {
  for (;;) {
    std::function<void()> work;
    bool was_idle = false;
    {
      MutexLock lock(mutex_);
      while (queue_.empty() && !stopping_) {
        was_idle = true;
        work_added_.Wait(mutex_);
      }
      if (queue_.empty()) return;
      work = std::move(queue_.front());
      queue_.pop_front();
      busy_ = true;
    }
    if (was_idle) absl::SleepFor(delay_);
    work();
    work = nullptr;  // what it holds is let go before anybody hears that it is done
    {
      MutexLock lock(mutex_);
      busy_ = false;
    }
    work_done_.NotifyAll();
  }
}

}  // namespace gradd
