// A wish to stop, set by any thread and polled by the one that works.
#pragma once

#include <atomic>
#include <cstdint>

namespace gradd {

class Cancellation {
 public:
  // Thread-safe.
  void Cancel() { cancelled_.store(true, std::memory_order_relaxed); }

  // Asked between ops by the working thread, and counted, so that a replay can stop at the same
  // place.
  bool cancelled() const {
    ++polls_;
    return cancelled_.load(std::memory_order_relaxed) || polls_ == cancel_at_;
  }
  // How often cancelled() was asked.
  int64_t polls() const { return polls_; }
  // Replay: the n-th cancelled() says true. 0: none.
  void CancelAtPoll(int64_t n) { cancel_at_ = n; }

 private:
  std::atomic<bool> cancelled_{false};
  mutable int64_t polls_ = 0;
  int64_t cancel_at_ = 0;
};

}  // namespace gradd
