// From a flat row-major index to an offset in strided storage.
#pragma once

#include <algorithm>
#include <cstdint>

#include "core/ops/scalar.h"
#include "core/spec/shape.h"

namespace gradd {

// Fits a CUDA kernel's parameters. Holds kMaxRank dimensions only after neighbours were merged,
// which leaves at most kMaxMerged in every layout that views of practical tensors have; Make says
// so of the others, and they are refused.
struct StridedIndex {
  static constexpr int kMaxMerged = 16;

  int rank = 0;
  int64_t shape[kMaxMerged] = {};
  int64_t strides[kMaxMerged] = {};

  GRADD_HD int64_t Offset(int64_t flat) const {
    int64_t offset = 0;
    for (int d = rank - 1; d > 0; --d) {
      offset += flat % shape[d] * strides[d];
      flat /= shape[d];
    }
    return offset + flat * strides[0];  // which is 0 where there is no dimension
  }

  // Merges neighbouring dimensions. False when more than kMaxMerged are left.
  static bool Make(DimsView shape, DimsView strides, StridedIndex& index) {
    index.rank = 0;
    index.strides[0] = 0;
    for (size_t d = 0; d < shape.size(); ++d) {
      if (shape[d] == 1) continue;
      if (index.rank > 0 && index.strides[index.rank - 1] == strides[d] * shape[d]) {
        index.shape[index.rank - 1] *= shape[d];
        index.strides[index.rank - 1] = strides[d];
        continue;
      }
      if (index.rank == kMaxMerged) return false;
      index.shape[index.rank] = shape[d];
      index.strides[index.rank] = strides[d];
      ++index.rank;
    }
    return true;
  }
};

}  // namespace gradd
