// Tensors of hyper-dual numbers with storage and strides, computed as naively as can be: the
// independent reference for programs with views and in-place ops.
#pragma once

#include <memory>
#include <vector>

#include "core/spec/shape.h"
#include "tests/support/hyper_dual.h"

namespace gradd::testing {

// Row-major positions.
Dims IndexOf(int64_t position, const Dims& shape);
int64_t PositionOf(const Dims& index, const Dims& shape);

enum class Elements { kNumbers, kBools, kIndices };

struct StridedTensor {
  struct Storage {
    std::vector<HyperDual> elements;
    bool written_later_is_an_error = false;  // some op has saved it for backward
    bool belongs_to_leaf = false;
  };
  std::shared_ptr<Storage> storage;
  Dims shape, strides;
  int64_t offset = 0;
  Elements elements = Elements::kNumbers;
  bool is_detached = false;  // its elements have no derivatives here

  static StridedTensor New(const Dims& shape);
  int rank() const { return static_cast<int>(shape.size()); }
  int64_t count() const { return ElementCount(shape); }
  bool is_contiguous() const { return IsContiguous(shape, strides); }

  // The element at row-major position i, to be written.
  HyperDual& At(int64_t i) const;
  // What computing with the element sees.
  HyperDual Get(int64_t i) const { return GetAt(IndexOf(i, shape)); }
  HyperDual GetAt(const Dims& index) const;
  // `index` is one into a shape that this broadcasts to.
  HyperDual GetBroadcast(Dims index) const;
  // Some element can be reached by two indices.
  bool overlaps() const;
};

// A new tensor of f(index) for each index of `shape`.
template <class F>
StridedTensor Filled(const Dims& shape, const F& f) {
  StridedTensor out = StridedTensor::New(shape);
  for (int64_t i = 0; i < out.count(); ++i) out.At(i) = f(IndexOf(i, shape));
  return out;
}
inline StridedTensor CopyOf(const StridedTensor& a) {
  return Filled(a.shape, [&](const Dims& index) { return a.GetAt(index); });
}

}  // namespace gradd::testing
