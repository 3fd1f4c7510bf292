// How many bytes somebody may hold, asked before they are allocated.
#pragma once

#include <atomic>
#include <cstdint>
#include <limits>
#include <utility>

#include "absl/status/status.h"

#include "core/base/ref.h"

namespace gradd {

// Counted because buffers of a session can outlive it in replies that are still being written.
// Thread-safe.
class MemoryBudget final : public RefCounted {
 public:
  static constexpr int64_t kUnlimited = std::numeric_limits<int64_t>::max();

  // Bytes count against `parent` too, when there is one.
  MemoryBudget(int64_t limit, RefPtr<MemoryBudget> parent)
      : limit_(limit),
        parent_(std::move(parent)),
        bounded_(limit != kUnlimited || !parent_ ? this : parent_->bounded_) {}

  absl::Status Reserve(int64_t bytes);
  void Return(int64_t bytes);

  // Of a budget without a limit of its own: what its parent's is.
  int64_t used() const { return bounded_->used_.load(std::memory_order_relaxed); }
  int64_t limit() const { return limit_; }

  // Calls of Reserve so far, and which of them failed last (counted from 1; 0: none). A session has
  // a budget that only its strand uses, where these say what a replay has to repeat; where several
  // threads reserve, some are not counted.
  int64_t reservations() const { return reservations_.load(std::memory_order_relaxed); }
  int64_t last_failed() const { return last_failed_.load(std::memory_order_relaxed); }
  // Tests and replay: makes the n-th Reserve from now on fail (1: the next). 0: none.
  void FailReservation(int64_t n) {
    fail_at_.store(n == 0 ? 0 : reservations() + n, std::memory_order_relaxed);
  }

 private:
  absl::Status Take(int64_t bytes);

  const int64_t limit_;
  const RefPtr<MemoryBudget> parent_;
  MemoryBudget* const bounded_;  // the first from here upwards that counts
  std::atomic<int64_t> used_{0};
  std::atomic<int64_t> reservations_{0};
  std::atomic<int64_t> last_failed_{0};
  std::atomic<int64_t> fail_at_{0};
};

}  // namespace gradd
