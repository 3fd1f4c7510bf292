#include "core/kernels/cpu/gemm/matrix_product.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/base/parallel_for.h"
#include "core/base/status.h"
#include "core/kernels/cpu/gemm/gemm.h"
#include "core/kernels/strided_loop.h"

namespace gradd::cpu::gemm {
namespace {

// A tensor as matrices: what is before the last two dimensions, and those.
struct Matrices {
  TensorSpec batch;
  int64_t rows, columns;
  Strides strides;
};

Matrices MatricesOf(const TensorSpec& spec, bool is_left) {
  Matrices m;
  const int rank = spec.rank();
  if (rank == 1) {
    const int64_t size = spec.shape[0], stride = spec.strides[0];
    return is_left ? Matrices{{}, 1, size, {size * stride, stride}}
                   : Matrices{{}, size, 1, {stride, 1}};
  }
  m.rows = spec.shape[rank - 2];
  m.columns = spec.shape[rank - 1];
  m.strides = {spec.strides[rank - 2], spec.strides[rank - 1]};
  // A dimension of size 1 has no stride of its own; consecutive elements are what is fastest.
  if (m.columns == 1 && m.strides.row != 1) m.strides.column = 1;
  if (m.rows == 1 && m.strides.column != 1) m.strides.row = 1;
  m.batch.shape.assign(spec.shape.begin(), spec.shape.end() - 2);
  m.batch.strides.assign(spec.strides.begin(), spec.strides.end() - 2);
  return m;
}

// Of a product alone.
const TensorSpec& NoBatch() {
  static const TensorSpec* const kSpec = new TensorSpec;
  return *kSpec;
}

// What a factor's elements are read as; integers wrap, so the signed ones count as unsigned.
template <class T>
struct ElementOf {
  using Type = T;
};
template <>
struct ElementOf<int32_t> {
  using Type = uint32_t;
};
template <>
struct ElementOf<int64_t> {
  using Type = uint64_t;
};

// out = product_scale * product + added_scale * added, `product` may be `out`.
template <class T, class Out>
struct Sum {
  StridedLoop<2> loop;  // of out and added
  T product_scale, added_scale;
  bool is_plain;  // both are 1

  void operator()(const T* product, const Out* added, Out* out) const {
    ForEachRow<2>(loop, [&](const auto& offsets, const auto& strides, int64_t length) {
      const T* const from = product + offsets[0];
      const Out* const more = added + offsets[1];
      Out* const to = out + offsets[0];
      const int64_t stride = strides[1];
      if (is_plain && stride == 1) {
        for (int64_t i = 0; i < length; ++i) to[i] = Out(from[i] + T(more[i]));
      } else if (added_scale == T(0)) {  // what is not added may be NaN
        for (int64_t i = 0; i < length; ++i) to[i] = Out(product_scale * from[i]);
      } else {
        for (int64_t i = 0; i < length; ++i) {
          to[i] = Out(product_scale * from[i] + added_scale * T(more[i * stride]));
        }
      }
    });
  }
};

// All that a piece of work on a stream needs.
template <class From, class T>
struct Work {
  std::optional<Product<From, T>> product;  // none: the inner dimension is empty
  StridedLoop<3> batch;                     // out, left, right
  int64_t work;                             // of one product
  const From* left;
  const From* right;
  T* out;
  int64_t out_count;
  void* scratch = nullptr;

  void operator()() const {
    if (!product) {
      std::fill_n(out, out_count, T(0));
      return;
    }
    // Small products go to threads several at a time; large ones split themselves.
    const int64_t grain = scratch != nullptr || work > kInlineWork
                              ? batch.count
                              : kInlineWork / std::max<int64_t>(work, 1);
    ForEachRow<3>(batch, [&](const auto& offsets, const auto& strides, int64_t length) {
      ParallelFor(length, grain, [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) {
          product->Multiply(left + offsets[1] + i * strides[1], right + offsets[2] + i * strides[2],
                            out + offsets[0] + i * strides[0], scratch);
        }
      });
    });
  }
};

template <class Element>
absl::Status Enqueue(const KernelCall& call, const KernelArgument& left_argument,
                     const KernelArgument& right_argument, bool transposed,
                     const KernelArgument& out, const Addition* addition) {
  using From = typename ElementOf<Element>::Type;
  using T = ComputeType<Element>;
  Matrices left = MatricesOf(*left_argument.spec, true);
  Matrices right = MatricesOf(*right_argument.spec, false);
  if (transposed) {
    std::swap(right.rows, right.columns);
    std::swap(right.strides.row, right.strides.column);
  }
  Shape shape = {left.rows, right.columns, left.columns};
  const DimsView out_shape = out.spec->shape;
  const int64_t out_count = out.spec->element_count();
  if (out_count == 0) return absl::OkStatus();
  const int matrix_dims = (left_argument.spec->rank() > 1) + (right_argument.spec->rank() > 1);
  TensorSpec out_batch;
  out_batch.shape.assign(out_shape.begin(), out_shape.end() - matrix_dims);
  out_batch.strides = ContiguousStrides(out_batch.shape);
  for (int64_t& stride : out_batch.strides) stride *= shape.rows * shape.columns;

  Work<From, T> work;
  work.batch = MakeStridedLoop<3>(out_batch.shape, {&out_batch, &left.batch, &right.batch});
  // Products of consecutive matrices with one and the same are one product.
  if (work.batch.rank() == 1 && work.batch.count > 1 && work.batch.strides[2][0] == 0 &&
      (shape.rows == 1 || work.batch.strides[1][0] == shape.rows * left.strides.row)) {
    if (shape.rows == 1) left.strides.row = work.batch.strides[1][0];
    shape.rows *= work.batch.count;
    work.batch = MakeStridedLoop<3>({}, {&NoBatch(), &NoBatch(), &NoBatch()});
  }
  work.left = left_argument.as<const From>();
  work.right = right_argument.as<const From>();
  work.work = shape.work();
  work.out_count = out_count;
  if (shape.inner > 0) {
    work.product.emplace(shape, left.strides, right.strides, Strides{shape.columns, 1});
    if (const int64_t bytes = work.product->scratch_bytes(); bytes > 0) {
      GRADD_ASSIGN_OR_RETURN(work.scratch, call.workspace.Allocate(bytes));
    }
  }
  constexpr bool kRounds = !std::is_same_v<From, T>;
  From* const result = out.as<From>();
  if constexpr (kRounds) {
    GRADD_ASSIGN_OR_RETURN(void* const sums,
                           call.workspace.Allocate(out_count * static_cast<int64_t>(sizeof(T))));
    work.out = static_cast<T*>(sums);
  } else {
    work.out = result;
  }
  if (addition == nullptr) {
    if constexpr (kRounds) {
      Launch(call.stream, [work = std::move(work), result] {
        work();
        for (int64_t i = 0; i < work.out_count; ++i) result[i] = From(work.out[i]);
      });
    } else {
      Launch(call.stream, std::move(work));
    }
    return absl::OkStatus();
  }
  Sum<T, From> sum;
  sum.loop = MakeStridedLoop<2>(out_shape, {out.spec, addition->added.spec});
  sum.product_scale = addition->product_scale.To<T>();
  sum.added_scale = addition->added_scale.To<T>();
  sum.is_plain = sum.product_scale == T(1) && sum.added_scale == T(1);
  const From* const added = addition->added.as<const From>();
  Launch(call.stream, [work = std::move(work), sum = std::move(sum), added, result] {
    work();
    sum(work.out, added, result);
  });
  return absl::OkStatus();
}

absl::Status EnqueueAny(const KernelCall& call, const KernelArgument& left,
                        const KernelArgument& right, bool transposed, const KernelArgument& out,
                        const Addition* addition) {
  return VisitDType(out.spec->dtype, [&](auto zero) -> absl::Status {
    using Element = decltype(zero);
    if constexpr (std::is_same_v<Element, bool>) {
      return Unimplemented("DTYPE_UNSUPPORTED", call.op.name, "(): not implemented for bool");
    } else {
      return Enqueue<Element>(call, left, right, transposed, out, addition);
    }
  });
}

}  // namespace

absl::Status EnqueueProduct(const KernelCall& call, const KernelArgument& left,
                            const KernelArgument& right, const KernelArgument& out,
                            const Addition* addition) {
  return EnqueueAny(call, left, right, false, out, addition);
}

absl::Status EnqueueProductWithTransposed(const KernelCall& call, const KernelArgument& left,
                                          const KernelArgument& right, const KernelArgument& out,
                                          const Addition* addition) {
  return EnqueueAny(call, left, right, true, out, addition);
}

}  // namespace gradd::cpu::gemm
