// A place in a strided loop that moves on.
#pragma once

#include <cstdint>

#include "core/kernels/strided_loop.h"

namespace gradd::cpu {

class StridedCursor {
 public:
  // At the element of row-major index `flat`. `loop` must outlive the cursor.
  StridedCursor(const StridedLoop<1>& loop, int64_t flat) : loop_(loop), index_(loop.rank(), 0) {
    for (int d = loop.rank() - 1; d >= 0 && flat != 0; --d) {
      index_[d] = flat % loop.shape[d];
      flat /= loop.shape[d];
      offset_ += index_[d] * loop.strides[0][d];
    }
  }

  int64_t offset() const { return offset_; }
  // To the next element; to the next one along all dimensions but the last.
  void Next() { Step(loop_.rank() - 1); }
  void NextRow() { Step(loop_.rank() - 2); }

 private:
  void Step(int d) {
    for (; d >= 0; --d) {
      offset_ += loop_.strides[0][d];
      if (++index_[d] < loop_.shape[d]) return;
      offset_ -= loop_.strides[0][d] * loop_.shape[d];
      index_[d] = 0;
    }
  }

  const StridedLoop<1>& loop_;
  Dims index_;
  int64_t offset_ = 0;
};

}  // namespace gradd::cpu
