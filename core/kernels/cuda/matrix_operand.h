// Which matrices a product of a library's takes as they lie in memory. Knows nothing of CUDA.
#pragma once

#include <cstdint>
#include <optional>

namespace gradd::cuda {

// A matrix whose rows or columns are consecutive.
struct MatrixOperand {
  int64_t leading;  // from one row, or column, to the next, in elements
  bool is_turned;   // columns are consecutive
};

// Element (i, j) is at i * row + j * column. Nothing when neither rows nor columns are consecutive,
// or they overlap: then the matrix has to be copied. REQUIRES: no size is 0.
inline std::optional<MatrixOperand> AsOperand(int64_t rows, int64_t columns, int64_t row,
                                              int64_t column) {
  // There is no second row, or column, so the distance to it is free: one that keeps every
  // alignment.
  constexpr int64_t kRound = 64;
  const auto rounded = [](int64_t n) { return (n + kRound - 1) / kRound * kRound; };
  if (rows == 1 && (columns == 1 || column == 1)) return MatrixOperand{rounded(columns), false};
  if (columns == 1 && row == 1) return MatrixOperand{rounded(rows), true};
  if (columns == 1 || column == 1) {
    if (row >= columns) return MatrixOperand{row, false};
  }
  if (rows == 1 || row == 1) {
    if (column >= rows) return MatrixOperand{column, true};
  }
  return std::nullopt;
}

}  // namespace gradd::cuda
