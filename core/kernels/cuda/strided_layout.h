// Where N operands of one shape have the element of a flat row-major index.
#pragma once

#include <cstdint>

#include "core/kernels/cuda/fast_divisor.h"
#include "core/ops/scalar.h"

namespace gradd::cuda {

// A parameter of kernels. Made of a StridedLoop (strided_loop.h), whose neighbouring dimensions are
// merged; more than kMaxDims that cannot be are refused.
template <int N>
struct StridedLayout {
  static constexpr int kMaxDims = 16;

  int rank = 0;
  bool is_narrow = false;             // every flat index is below 2^31
  FastDivisor divisors[kMaxDims];     // the sizes, where is_narrow
  int64_t sizes[kMaxDims] = {};       // outermost first
  int64_t strides[kMaxDims][N] = {};  // in elements

  // offsets[k] of the first M operands.
  template <int M>
  GRADD_HD void Offsets(int64_t flat, int64_t (&offsets)[M]) const {
    static_assert(M <= N);
    for (int k = 0; k < M; ++k) offsets[k] = 0;
    if (is_narrow) {
      auto left = static_cast<uint32_t>(flat);
      for (int d = rank - 1; d > 0; --d) {
        const uint32_t quotient = divisors[d].Divide(left);
        const uint32_t index = left - quotient * divisors[d].divisor;
        for (int k = 0; k < M; ++k) offsets[k] += index * strides[d][k];
        left = quotient;
      }
      for (int k = 0; k < M; ++k) offsets[k] += left * strides[0][k];
    } else {
      for (int d = rank - 1; d > 0; --d) {
        const int64_t quotient = flat / sizes[d];
        const int64_t index = flat - quotient * sizes[d];
        for (int k = 0; k < M; ++k) offsets[k] += index * strides[d][k];
        flat = quotient;
      }
      for (int k = 0; k < M; ++k) offsets[k] += flat * strides[0][k];
    }
  }
};

}  // namespace gradd::cuda
