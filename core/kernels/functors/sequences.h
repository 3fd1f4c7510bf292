// Tensors whose elements follow from their places alone.
#pragma once

#include <cstdint>
#include <type_traits>

#include "core/kernels/functors/convert.h"
#include "core/kernels/kernel.h"
#include "core/ops/scalar.h"
#include "core/spec/half.h"

namespace gradd {

// out[i] = start + i * step. Source: at::native::arange_out; C is double for floating elements and
// uint64_t for integers, which wrap.
template <class T>
struct ArangeSequence {
  using C = std::conditional_t<kIsFloatingElement<T>, double, uint64_t>;
  T* out;
  C start, step;

  GRADD_HD void operator()(int64_t i) const {
    const C value = start + static_cast<C>(i) * step;
    if constexpr (kIsFloatingElement<T>) {
      out[i] = Convert<T>(value);
    } else {
      out[i] = static_cast<T>(value);
    }
  }
};

// `steps` numbers from start to end, both exact, counted from the nearer one. In float whole groups
// of 8 are counted from their first, which is what PyTorch's vectors of 8 give: rounded alike,
// values of a function come out alike. Source: at::native::linspace_kernel; C is double for
// integers, whose results are truncated.
template <class T>
struct LinspaceSequence {
  using C = std::conditional_t<std::is_same_v<T, double> || std::is_integral_v<T>, double, float>;
  static constexpr int64_t kGroup = 8;
  T* out;
  C start, end, step;
  int64_t steps;

  GRADD_HD C At(int64_t i) const {
    return i < steps / 2 || steps == 1 ? start + step * static_cast<C>(i)
                                       : end - step * static_cast<C>(steps - i - 1);
  }
  GRADD_HD void operator()(int64_t i) const {
    const int64_t first = i - i % kGroup;
    const bool grouped = std::is_same_v<T, float> && first + kGroup <= steps && i + 1 < steps;
    out[i] = Convert<T>(grouped ? At(first) + step * static_cast<C>(i - first) : At(i));
  }
};

// Ones on the diagonal of a matrix of `columns` columns, over its flat index.
template <class T>
struct EyeMatrix {
  T* out;
  int64_t columns;

  GRADD_HD void operator()(int64_t flat) const {
    out[flat] = T(flat / columns == flat % columns ? 1 : 0);
  }
};

// Makes one triangle of each matrix zero, over the rows of all matrices: the columns from
// `diagonal` of the row on, or those up to there.
template <class T>
struct ClearTriangle {
  T* out;
  int64_t rows, columns;
  int64_t diagonal;  // within [-rows, columns]
  bool upper;

  GRADD_HD void operator()(int64_t row) const {
    const int64_t at = row % rows + diagonal;  // of the diagonal
    int64_t begin = upper ? at + 1 : 0;
    int64_t end = upper ? columns : at;
    if (begin < 0) begin = 0;
    if (end > columns) end = columns;
    for (int64_t column = begin; column < end; ++column) out[row * columns + column] = T(0);
  }
};

// out[i, classes[i]] = 1 among zeros, over the flat index of out.
struct OneHotRows {
  int64_t* out;
  const int64_t* classes;
  int64_t count;  // of classes
  const IndexError* error;

  GRADD_HD void operator()(int64_t flat) const {
    if (error->found != 0) return;
    out[flat] = classes[flat / count] == flat % count ? 1 : 0;
  }
};

}  // namespace gradd
