// Division by a number that is known before a kernel is launched.
#pragma once

#include <cstdint>

#include "core/ops/scalar.h"

namespace gradd::cuda {

// A device has no integer division; a product and a shift are an eighth of what stands in for it.
// Source: Granlund, Montgomery, "Division by invariant integers using multiplication", 1994.
struct FastDivisor {
  uint32_t divisor = 1;
  uint32_t magic = 1;
  uint32_t shift = 0;

  FastDivisor() = default;
  // REQUIRES: 0 < divisor < 2^31.
  explicit FastDivisor(uint32_t divisor) : divisor(divisor) {
    while ((uint64_t{1} << shift) < divisor) ++shift;
    const uint64_t rest = (uint64_t{1} << shift) - divisor;
    magic = static_cast<uint32_t>((rest << 32) / divisor + 1);
  }

  // REQUIRES: n < 2^31.
  GRADD_HD uint32_t Divide(uint32_t n) const {
    const auto high = static_cast<uint32_t>((uint64_t{n} * magic) >> 32);
    return (high + n) >> shift;
  }
};

}  // namespace gradd::cuda
