// Products of tensors as products of matrices. Knows nothing of CUDA.
#pragma once

#include <cstdint>

#include "core/kernels/strided_loop.h"
#include "core/spec/tensor_spec.h"

namespace gradd::cuda {

// Element (i, j) of a factor is at i * row + j * column.
struct FactorStrides {
  int64_t row, column;
};

// rows x inner times inner x columns for every index of `batch`, whose operands are the result, the
// left and the right factor; the result's matrices are row-major and packed.
struct ProductPlan {
  int64_t rows, columns, inner;
  FactorStrides left, right;
  StridedLoop<3> batch;
};

// The last two dimensions multiplied as matrices and those before broadcast; a vector is one row on
// the left and one column on the right. `transposed`: the last two dimensions of `right` are the
// other way round. What one matrix multiplies is one matrix where memory allows it. REQUIRES: `out`
// is contiguous and has elements.
ProductPlan PlanProduct(const TensorSpec& left, const TensorSpec& right, bool transposed,
                        const TensorSpec& out);

}  // namespace gradd::cuda
