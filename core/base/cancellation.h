// A wish to stop, set by any thread and polled by the one that works.
#pragma once

#include <atomic>
#include <cstdint>

namespace gradd {

class Cancellation {
 public:
  enum class Reason { kNone, kWished, kTooSlow };

  // Thread-safe. The first reason stays.
  void Cancel(Reason reason = Reason::kWished) {
    Reason none = Reason::kNone;
    reason_.compare_exchange_strong(none, reason, std::memory_order_relaxed);
  }

  // Asked between ops by the working thread, and counted, so that a replay can stop at the same
  // place.
  bool cancelled() const {
    ++polls_;
    return reason() != Reason::kNone;
  }
  // Why cancelled() said true; for the working thread.
  Reason reason() const {
    const Reason reason = reason_.load(std::memory_order_relaxed);
    return reason == Reason::kNone && polls_ == cancel_at_ ? cancel_reason_ : reason;
  }
  // How often cancelled() was asked.
  int64_t polls() const { return polls_; }
  // Replay: the n-th cancelled() says true. 0: none.
  void CancelAtPoll(int64_t n, Reason reason = Reason::kWished) {
    cancel_at_ = n;
    cancel_reason_ = n == 0 ? Reason::kNone : reason;
  }

 private:
  std::atomic<Reason> reason_{Reason::kNone};
  mutable int64_t polls_ = 0;
  int64_t cancel_at_ = 0;
  Reason cancel_reason_ = Reason::kNone;
};

}  // namespace gradd
