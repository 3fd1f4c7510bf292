// Slices along one dimension named by an index tensor. Tensors are seen as [outer, size, inner].
#pragma once

#include "core/kernels/kernel.h"
#include "core/kernels/strided_index.h"

namespace gradd {

// First half of every index op: reports a bad index. The op's own functor writes only when none was
// found, so that a bad index can neither fault the device nor leave half a result.
struct CheckIndices {
  const int64_t* indices;
  int64_t stride;
  int64_t size;
  IndexError* error;

  GRADD_HD void operator()(int64_t i) const {
    const int64_t index = indices[i * stride];
    // As in PyTorch these do not count from the back.
    if ((index >= 0 && index < size) || error->found != 0) return;
    error->found = 1;
    error->index = index;
    error->size = size;
  }
};

// out[o, i, k] = in[o, indices[i], k], over the flat index of out.
template <class T>
struct IndexSelectSlices {
  T* out;
  const T* in;
  StridedIndex in_outer, in_inner;  // of the dimensions before and after
  int64_t in_stride;                // of the dimension itself
  const int64_t* indices;
  int64_t indices_stride;
  int64_t count;  // of indices
  int64_t size;
  int64_t inner;
  const IndexError* error;

  GRADD_HD void operator()(int64_t flat) const {
    if (error->found != 0) return;
    const int64_t k = flat % inner;
    const int64_t i = flat / inner % count;
    const int64_t o = flat / inner / count;
    const int64_t index = indices[i * indices_stride];
    out[flat] = in[in_outer.Offset(o) + index * in_stride + in_inner.Offset(k)];
  }
};

// out[o, indices[i], k] += source[o, i, k] for all i in order, over the flat index of (o, k): each
// element of out belongs to one call, so the sum does not depend on the number of threads.
template <class T>
struct IndexAddSlices {
  T* out;  // contiguous, holds the input already
  const T* source;
  StridedIndex source_outer, source_inner;
  int64_t source_stride;
  const int64_t* indices;
  int64_t indices_stride;
  int64_t count;
  int64_t size;
  int64_t inner;
  const IndexError* error;

  GRADD_HD void operator()(int64_t flat) const {
    if (error->found != 0) return;
    const int64_t k = flat % inner;
    const int64_t o = flat / inner;
    const int64_t from = source_outer.Offset(o) + source_inner.Offset(k);
    for (int64_t i = 0; i < count; ++i) {
      const int64_t index = indices[i * indices_stride];
      T& target = out[(o * size + index) * inner + k];
      target = static_cast<T>(target + source[from + i * source_stride]);
    }
  }
};

}  // namespace gradd
