#include "core/kernels/cpu/order.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <type_traits>

#include "core/base/parallel_for.h"
#include "core/base/status.h"
#include "core/kernels/cpu/indices.h"
#include "core/ops/index/element_index.h"

namespace gradd::cpu {
namespace {

template <class C>
bool IsNan(C value) {
  if constexpr (std::is_floating_point_v<C>) return std::isnan(value);
  return false;
}

// All lines along one dimension; strides in elements.
template <class T>
struct Lines {
  const T* in;
  StridedIndex in_lines;
  int64_t in_stride;
  T* values;
  int64_t* indices;
  StridedIndex out_lines;
  int64_t out_stride;
  int64_t* order;  // `length` for each line
  int64_t length;
  int64_t count;
  bool descending;

  void operator()(int64_t line) const {
    using C = std::conditional_t<kIsHalf<T>, float, T>;
    const T* const from = in + in_lines.Offset(line);
    int64_t* const places = order + line * length;
    std::iota(places, places + length, int64_t{0});
    const auto precedes = [this, from](int64_t a, int64_t b) {
      const C x = static_cast<C>(from[a * in_stride]), y = static_cast<C>(from[b * in_stride]);
      if (x < y || (IsNan(y) && !IsNan(x))) return !descending;
      if (y < x || (IsNan(x) && !IsNan(y))) return descending;
      return a < b;
    };
    std::partial_sort(places, places + count, places + length, precedes);
    const int64_t to = out_lines.Offset(line);
    for (int64_t k = 0; k < count; ++k) {
      values[to + k * out_stride] = from[places[k] * in_stride];
      indices[to + k * out_stride] = places[k];
    }
  }
};

}  // namespace

absl::Status OrderLines(const KernelCall& call, int64_t dim, int64_t count, bool descending) {
  const ops::ElementIndex from = ops::LineUp(*call.inputs[0].spec, dim);
  const ops::ElementIndex to = ops::LineUp(*call.outputs[0].spec, dim);
  if (to.spec.element_count() == 0) return absl::OkStatus();
  const Dims shape = WithoutDim(from.spec.shape, from.dim);
  GRADD_ASSIGN_OR_RETURN(const StridedIndex in_lines,
                         Part(shape, WithoutDim(from.spec.strides, from.dim), 0, shape.size()));
  GRADD_ASSIGN_OR_RETURN(const StridedIndex out_lines,
                         Part(shape, WithoutDim(to.spec.strides, from.dim), 0, shape.size()));
  GRADD_ASSIGN_OR_RETURN(void* const order,
                         call.workspace.Allocate(from.spec.element_count() * sizeof(int64_t)));
  VisitDType(from.spec.dtype, [&](auto zero) {
    using T = decltype(zero);
    const Lines<T> lines = {call.inputs[0].as<const T>(),
                            in_lines,
                            from.stride,
                            call.outputs[0].as<T>(),
                            call.outputs[1].as<int64_t>(),
                            out_lines,
                            to.stride,
                            static_cast<int64_t*>(order),
                            from.size,
                            count,
                            descending};
    Launch(call.stream, [lines, line_count = ElementCount(shape)] {
      ParallelFor(line_count, std::max<int64_t>(1024 / lines.length, 1),
                  [&lines](int64_t begin, int64_t end) {
                    for (int64_t line = begin; line < end; ++line) lines(line);
                  });
    });
  });
  return absl::OkStatus();
}

}  // namespace gradd::cpu
