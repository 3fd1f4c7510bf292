#include "core/device/memory_budget.h"

#include "core/base/status.h"

namespace gradd {

absl::Status MemoryBudget::Reserve(int64_t bytes) {
  const int64_t number = reservations() + 1;
  reservations_.store(number, std::memory_order_relaxed);
  absl::Status status;
  if (number == fail_at_.load(std::memory_order_relaxed)) {
    status = ResourceExhausted("OUT_OF_MEMORY", "Tried to allocate ", bytes,
                               " bytes (failure injected)");
  } else {
    status = bounded_->Take(bytes);
  }
  if (!status.ok()) last_failed_.store(number, std::memory_order_relaxed);
  return status;
}

absl::Status MemoryBudget::Take(int64_t bytes) {
  // Nothing is added that does not fit, so that a request that fails makes no other one fail.
  int64_t before = used_.load(std::memory_order_relaxed);
  do {
    if (bytes > limit_ - before) {
      return ResourceExhausted("QUOTA_BYTES", "Tried to allocate ", bytes, " bytes, but ", before,
                               " of the ", limit_, " bytes allowed are in use");
    }
  } while (!used_.compare_exchange_weak(before, before + bytes, std::memory_order_relaxed));
  if (!parent_) return absl::OkStatus();
  absl::Status status = parent_->bounded_->Take(bytes);
  if (!status.ok()) used_.fetch_sub(bytes, std::memory_order_relaxed);
  return status;
}

void MemoryBudget::Return(int64_t bytes) {
  for (MemoryBudget* budget = bounded_; budget != nullptr;
       budget = budget->parent_ ? budget->parent_->bounded_ : nullptr) {
    budget->used_.fetch_sub(bytes, std::memory_order_relaxed);
  }
}

}  // namespace gradd
