// A share of a budget for something that is no buffer.
#pragma once

#include <cstdint>
#include <utility>

#include "absl/status/statusor.h"

#include "core/base/ref.h"
#include "core/base/status.h"
#include "core/device/memory_budget.h"

namespace gradd::server {

// Bytes that count as used until it dies. Empty unless taken.
class Reservation {
 public:
  static absl::StatusOr<Reservation> Take(RefPtr<MemoryBudget> budget, int64_t bytes) {
    GRADD_RETURN_IF_ERROR(budget->Reserve(bytes));
    return Reservation(std::move(budget), bytes);
  }

  Reservation() = default;
  Reservation(Reservation&& other) noexcept
      : budget_(std::move(other.budget_)), bytes_(other.bytes_) {}
  Reservation& operator=(Reservation&& other) noexcept {
    std::swap(budget_, other.budget_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~Reservation() {
    if (budget_) budget_->Return(bytes_);
  }

 private:
  Reservation(RefPtr<MemoryBudget> budget, int64_t bytes)
      : budget_(std::move(budget)), bytes_(bytes) {}

  RefPtr<MemoryBudget> budget_;
  int64_t bytes_ = 0;
};

}  // namespace gradd::server
