#include "core/base/status.h"
#include "core/kernels/cuda/integer_product.h"
#include "core/kernels/cuda/launch.cuh"
#include "core/kernels/cuda/strided_layouts.h"

namespace gradd::cuda {
namespace {

// A kSide x kSide tile of the result each, over the tiles of all matrices: every factor's element
// that is loaded is used kSide times. T is unsigned, so that sums wrap.
template <class T>
struct MultiplyTile {
  static constexpr int kSide = 4;

  StridedLayout<3> batch;
  int64_t rows, columns, inner;
  int64_t tiles_down, tiles_across;
  FactorStrides left_strides, right_strides;
  const T* left;
  const T* right;
  T* out;

  __device__ void operator()(int64_t tile) const {
    const int64_t in_batch = tile / (tiles_down * tiles_across);
    const int64_t row = tile / tiles_across % tiles_down * kSide;
    const int64_t column = tile % tiles_across * kSide;
    int64_t offsets[3];
    batch.Offsets(in_batch, offsets);
    // Beyond the edge the last row and column stand in; what they give is not stored.
    const T* from_left[kSide];
    const T* from_right[kSide];
    for (int i = 0; i < kSide; ++i) {
      const int64_t r = row + i < rows ? row + i : rows - 1;
      const int64_t c = column + i < columns ? column + i : columns - 1;
      from_left[i] = left + offsets[1] + r * left_strides.row;
      from_right[i] = right + offsets[2] + c * right_strides.column;
    }
    T sums[kSide][kSide] = {};
    for (int64_t k = 0; k < inner; ++k) {
      T a[kSide], b[kSide];
      for (int i = 0; i < kSide; ++i) {
        a[i] = from_left[i][k * left_strides.column];
        b[i] = from_right[i][k * right_strides.row];
      }
      for (int i = 0; i < kSide; ++i) {
        for (int j = 0; j < kSide; ++j) sums[i][j] += a[i] * b[j];
      }
    }
    T* const to = out + offsets[0];
    for (int i = 0; i < kSide && row + i < rows; ++i) {
      for (int j = 0; j < kSide && column + j < columns; ++j) {
        to[(row + i) * columns + column + j] = sums[i][j];
      }
    }
  }
};

template <class T>
struct AddScaledElements {
  using C = ComputeType<T>;
  StridedLayout<2> layout;  // of out and added
  C product_scale, added_scale;
  const T* added;
  T* out;

  __device__ void operator()(int64_t flat) const {
    int64_t offsets[2];
    layout.Offsets(flat, offsets);
    const C product = product_scale * static_cast<C>(out[offsets[0]]);
    // What is not added may be NaN.
    out[offsets[0]] = static_cast<T>(
        added_scale == C(0) ? product : product + added_scale * static_cast<C>(added[offsets[1]]));
  }
};

}  // namespace

absl::Status MultiplyIntegers(const KernelCall& call, const ProductPlan& plan,
                              const KernelArgument& left, const KernelArgument& right,
                              const KernelArgument& out) {
  GRADD_ASSIGN_OR_RETURN(const StridedLayout<3> batch, MakeLayout<3>(plan.batch));
  const auto multiply = [&](auto zero) {
    using T = decltype(zero);
    using Tile = MultiplyTile<T>;
    const int64_t down = (plan.rows - 1) / Tile::kSide + 1;
    const int64_t across = (plan.columns - 1) / Tile::kSide + 1;
    ForEach(call.stream, plan.batch.count * down * across,
            Tile{batch, plan.rows, plan.columns, plan.inner, down, across, plan.left, plan.right,
                 left.as<const T>(), right.as<const T>(), out.as<T>()});
  };
  if (out.spec->dtype == DType::kInt32) {
    multiply(uint32_t{});
  } else {
    multiply(uint64_t{});
  }
  return absl::OkStatus();
}

absl::Status AddScaled(const KernelCall& call, const KernelArgument& out,
                       const Addition& addition) {
  const auto loop = MakeStridedLoop<2>(out.spec->shape, {out.spec, addition.added.spec});
  GRADD_ASSIGN_OR_RETURN(const StridedLayout<2> layout, MakeLayout<2>(loop));
  VisitDType(out.spec->dtype, [&](auto zero) {
    using T = decltype(zero);
    if constexpr (!std::is_same_v<T, bool>) {
      using C = ComputeType<T>;
      ForEach(
          call.stream, loop.count,
          AddScaledElements<T>{layout, addition.product_scale.To<C>(), addition.added_scale.To<C>(),
                               addition.added.as<const T>(), out.as<T>()});
    }
  });
  return absl::OkStatus();
}

}  // namespace gradd::cuda
