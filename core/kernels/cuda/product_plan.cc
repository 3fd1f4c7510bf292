#include "core/kernels/cuda/product_plan.h"

#include <utility>

namespace gradd::cuda {
namespace {

// A tensor as matrices: what is before the last two dimensions, and those.
struct Matrices {
  TensorSpec batch;
  int64_t rows, columns;
  FactorStrides strides;
};

Matrices MatricesOf(const TensorSpec& spec, bool is_left) {
  const size_t rank = spec.shape.size();
  if (rank == 1) {
    const int64_t size = spec.shape[0], stride = spec.strides[0];
    return is_left ? Matrices{{}, 1, size, {size * stride, stride}}
                   : Matrices{{}, size, 1, {stride, 1}};
  }
  Matrices m;
  m.rows = spec.shape[rank - 2];
  m.columns = spec.shape[rank - 1];
  m.strides = {spec.strides[rank - 2], spec.strides[rank - 1]};
  m.batch.shape.assign(spec.shape.begin(), spec.shape.end() - 2);
  m.batch.strides.assign(spec.strides.begin(), spec.strides.end() - 2);
  return m;
}

}  // namespace

ProductPlan PlanProduct(const TensorSpec& left_spec, const TensorSpec& right_spec, bool transposed,
                        const TensorSpec& out) {
  const Matrices left = MatricesOf(left_spec, true);
  Matrices right = MatricesOf(right_spec, false);
  if (transposed) {
    std::swap(right.rows, right.columns);
    std::swap(right.strides.row, right.strides.column);
  }
  ProductPlan plan = {left.rows, right.columns, left.columns, left.strides, right.strides, {}};
  const int matrix_dims = (left_spec.rank() > 1) + (right_spec.rank() > 1);
  TensorSpec out_batch;
  out_batch.shape.assign(out.shape.begin(), out.shape.end() - matrix_dims);
  out_batch.strides = ContiguousStrides(out_batch.shape);
  for (int64_t& stride : out_batch.strides) stride *= plan.rows * plan.columns;
  plan.batch = MakeStridedLoop<3>(out_batch.shape, {&out_batch, &left.batch, &right.batch});
  bool is_single = plan.batch.count == 1;
  if (plan.batch.rank() == 1 && plan.batch.count > 1 && plan.batch.strides[2][0] == 0) {
    const int64_t step = plan.batch.strides[1][0];
    if (step > 0 && (plan.rows == 1 || step == plan.rows * plan.left.row)) {
      if (plan.rows == 1) plan.left.row = step;
      plan.rows *= plan.batch.count;
      is_single = true;
    }
  }
  if (is_single) {
    const TensorSpec single;
    plan.batch = MakeStridedLoop<3>({}, {&single, &single, &single});
  }
  return plan;
}

}  // namespace gradd::cuda
