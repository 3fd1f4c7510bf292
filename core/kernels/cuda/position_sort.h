// Positions in the order of their keys.
#pragma once

#include <cstdint>

#include "absl/status/statusor.h"

#include "core/kernels/kernel.h"

namespace gradd::cuda {

// Memory of the workspace for one sort.
class PositionSort {
 public:
  // Of `count` keys, of which the lower `bits` decide. REQUIRES: count > 0.
  static absl::StatusOr<PositionSort> Make(const KernelCall& call, int64_t count, int bits = 64);

  // Enqueues it. Positions with equal keys stay in their order.
  void Run(Stream& stream, const uint64_t* keys) const;

  // What is there after Run: the keys in ascending order, and where each was.
  const uint64_t* keys() const { return keys_; }
  const int64_t* positions() const { return positions_; }

 private:
  PositionSort() = default;

  int64_t count_ = 0;
  int bits_ = 64;
  uint64_t* keys_ = nullptr;
  int64_t* positions_ = nullptr;
  int64_t* unsorted_ = nullptr;  // positions
  void* scratch_ = nullptr;
  size_t scratch_bytes_ = 0;
};

}  // namespace gradd::cuda
