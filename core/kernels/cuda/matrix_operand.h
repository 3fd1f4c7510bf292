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
  // A dimension of size 1 has no stride of its own.
  if (columns == 1 || column == 1) {
    if (rows == 1) return MatrixOperand{columns, false};
    if (row >= columns) return MatrixOperand{row, false};
  }
  if (rows == 1 || row == 1) {
    if (column >= rows) return MatrixOperand{column, true};
  }
  return std::nullopt;
}

}  // namespace gradd::cuda
