#include "core/device/memory_budget.h"

#include "core/base/status.h"

namespace gradd {

absl::Status MemoryBudget::Reserve(int64_t bytes) {
  const int64_t number = reservations_.fetch_add(1, std::memory_order_relaxed) + 1;
  absl::Status status = TryReserve(bytes, number);
  if (!status.ok()) last_failed_.store(number, std::memory_order_relaxed);
  return status;
}

absl::Status MemoryBudget::TryReserve(int64_t bytes, int64_t number) {
  if (number == fail_at_.load(std::memory_order_relaxed)) {
    return ResourceExhausted("OUT_OF_MEMORY", "Tried to allocate ", bytes,
                             " bytes (failure injected)");
  }
  const int64_t before = used_.fetch_add(bytes, std::memory_order_relaxed);
  absl::Status status;
  if (bytes > limit_ - before) {
    status = ResourceExhausted("QUOTA_BYTES", "Tried to allocate ", bytes, " bytes, but ", before,
                               " of the ", limit_, " bytes allowed are in use");
  } else if (parent_) {
    status = parent_->Reserve(bytes);
  }
  if (!status.ok()) used_.fetch_sub(bytes, std::memory_order_relaxed);
  return status;
}

void MemoryBudget::Return(int64_t bytes) {
  used_.fetch_sub(bytes, std::memory_order_relaxed);
  if (parent_) parent_->Return(bytes);
}

}  // namespace gradd
