// Which matrices a product of tensors becomes, computed on the processor.
#include "core/kernels/cuda/product_plan.h"

#include <gtest/gtest.h>

#include "core/kernels/cuda/matrix_operand.h"

namespace gradd::cuda {
namespace {

TensorSpec Spec(Dims shape, Dims strides) {
  TensorSpec spec;
  spec.shape = std::move(shape);
  spec.strides = std::move(strides);
  return spec;
}
TensorSpec Packed(const Dims& shape) { return Spec(shape, ContiguousStrides(shape)); }

// The elements of operand k that the plan multiplies for each element of the result, in the order
// of the result, as the library is told: matrices of consecutive rows or columns.
void ExpectReads(const TensorSpec& left, const TensorSpec& right, bool transposed,
                 const TensorSpec& out, int64_t products) {
  const ProductPlan plan = PlanProduct(left, right, transposed, out);
  EXPECT_EQ(plan.batch.count, products);
  const auto a = AsOperand(plan.rows, plan.inner, plan.left.row, plan.left.column);
  const auto b = AsOperand(plan.inner, plan.columns, plan.right.row, plan.right.column);
  ASSERT_TRUE(a && b);
  const auto at = [](const MatrixOperand& m, int64_t i, int64_t j) {
    return m.is_turned ? i + j * m.leading : i * m.leading + j;
  };
  // The reference walks the tensors' own dimensions.
  const int right_rank = right.rank(), left_rank = left.rank();
  const auto stride = [](const TensorSpec& spec, int d) { return d < 0 ? 0 : spec.strides[d]; };
  int64_t seen = 0;
  ForEachRow<3>(plan.batch, [&](const auto& offsets, const auto& strides, int64_t length) {
    for (int64_t p = 0; p < length; ++p) {
      for (int64_t i = 0; i < plan.rows; ++i) {
        for (int64_t j = 0; j < plan.columns; ++j, ++seen) {
          const int64_t flat = offsets[0] + p * strides[0] + i * plan.columns + j;
          ASSERT_EQ(flat, seen);
          int64_t rest = flat, from_left = 0, from_right = 0;
          int d = out.rank() - 1, l = left_rank - 2, r = right_rank - 2;
          if (right_rank > 1) {
            from_right += rest % out.shape[d] * right.strides[transposed ? r : r + 1];
            rest /= out.shape[d--];
          }
          if (left_rank > 1) {
            from_left += rest % out.shape[d] * left.strides[l];
            rest /= out.shape[d--];
          }
          for (--l, --r; d >= 0; --d, --l, --r) {
            const int64_t index = rest % out.shape[d];
            if (l >= 0 && left.shape[l] != 1) from_left += index * stride(left, l);
            if (r >= 0 && right.shape[r] != 1) from_right += index * stride(right, r);
            rest /= out.shape[d];
          }
          const int64_t left_step = left.strides[left_rank - 1];
          const int64_t right_step =
              right_rank == 1 ? right.strides[0] : right.strides[right_rank - (transposed ? 1 : 2)];
          for (int64_t k = 0; k < plan.inner; ++k) {
            ASSERT_EQ(offsets[1] + p * strides[1] + at(*a, i, k), from_left + k * left_step);
            ASSERT_EQ(offsets[2] + p * strides[2] + at(*b, k, j), from_right + k * right_step);
          }
        }
      }
    }
  });
  EXPECT_EQ(seen, ElementCount(out.shape));
}

TEST(ProductPlan, ReadsMatricesInEveryOrder) {
  ExpectReads(Packed({3, 4}), Packed({4, 5}), false, Packed({3, 5}), 1);
  ExpectReads(Spec({3, 4}, {1, 3}), Spec({4, 5}, {1, 7}), false, Packed({3, 5}), 1);
  ExpectReads(Packed({3, 4}), Packed({5, 4}), true, Packed({3, 5}), 1);
  ExpectReads(Packed({3, 1}), Spec({1, 5}, {9, 2}), false, Packed({3, 5}), 1);
}

TEST(ProductPlan, ReadsVectors) {
  ExpectReads(Packed({4}), Packed({4}), false, Packed({}), 1);
  ExpectReads(Spec({4}, {3}), Packed({4, 5}), false, Packed({5}), 1);
  ExpectReads(Packed({3, 4}), Spec({4}, {2}), false, Packed({3}), 1);
}

TEST(ProductPlan, MergesMatricesThatOneMatrixMultiplies) {
  ExpectReads(Packed({2, 3, 4}), Packed({5, 4}), true, Packed({2, 3, 5}), 1);
  ExpectReads(Spec({6, 1, 4}, {8, 4, 1}), Packed({4, 5}), false, Packed({6, 1, 5}), 1);
}

TEST(ProductPlan, BroadcastsBatches) {
  ExpectReads(Packed({2, 3, 4}), Packed({2, 4, 5}), false, Packed({2, 3, 5}), 2);
  ExpectReads(Packed({2, 1, 3, 4}), Packed({6, 4, 5}), false, Packed({2, 6, 3, 5}), 12);
  ExpectReads(Packed({3, 4}), Packed({2, 4, 5}), false, Packed({2, 3, 5}), 2);
  ExpectReads(Spec({2, 1, 4}, {0, 4, 1}), Packed({4, 5}), false, Packed({2, 1, 5}), 2);
}

TEST(MatrixOperand, RefusesWhatHasToBeCopied) {
  EXPECT_FALSE(AsOperand(3, 4, 8, 2));   // neither rows nor columns are consecutive
  EXPECT_FALSE(AsOperand(3, 4, 0, 1));   // rows are one and the same
  EXPECT_FALSE(AsOperand(3, 4, 2, 1));   // rows overlap
  EXPECT_FALSE(AsOperand(3, 4, -4, 1));  // rows are in reverse
  EXPECT_FALSE(AsOperand(1, 4, 4, 0));
  EXPECT_FALSE(AsOperand(4, 1, 0, 1));
}

}  // namespace
}  // namespace gradd::cuda
