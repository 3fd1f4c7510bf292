// Slices of a tensor named by index tensors. The tensor is seen as [outer, indexed dimensions,
// inner], what is read from it or written to it as [outer, count, inner]. Entries are distances in
// memory already (resolve_indices.h).
#pragma once

#include <cstring>

#include "core/kernels/kernel.h"
#include "core/kernels/strided_index.h"

namespace gradd {

// out[o, i, k] = in[o, distances[i], k].
template <class T>
struct ReadSlices {
  T* out;
  const T* in;
  StridedIndex in_outer, in_inner;
  const int64_t* distances;
  int64_t count;  // of distances
  int64_t inner;
  const IndexError* error;

  // Over the flat index of (o, i).
  GRADD_HD void operator()(int64_t row) const {
    if (error->found != 0) return;
    const T* const from = in + in_outer.Offset(row / count) + distances[row % count];
    T* const to = out + row * inner;
    if (in_inner.rank <= 1) {
      const int64_t step = in_inner.rank == 0 ? 0 : in_inner.strides[0];
      if (step == 1) {
        memcpy(to, from, static_cast<size_t>(inner) * sizeof(T));
      } else {
        for (int64_t k = 0; k < inner; ++k) to[k] = from[k * step];
      }
    } else {
      for (int64_t k = 0; k < inner; ++k) to[k] = from[in_inner.Offset(k)];
    }
  }
};

// out[o, distances[i], k] = source[o, i, k], or added to it, for all i in order: each element of
// out belongs to one pair (o, k), so the result does not depend on how pairs are shared among
// threads.
template <class T, bool kAdds>
struct WriteSlices {
  T* out;
  StridedIndex out_outer, out_inner;
  const T* source;
  StridedIndex source_outer, source_count, source_inner;
  const int64_t* distances;
  int64_t count;  // of distances
  int64_t inner;
  const IndexError* error;

  // For k in [begin, end).
  GRADD_HD void Run(int64_t o, int64_t begin, int64_t end) const {
    if (error->found != 0) return;
    const bool is_plain = source_inner.rank <= 1 && out_inner.rank <= 1;
    const int64_t from_step = source_inner.rank == 0 ? 0 : source_inner.strides[0];
    const int64_t to_step = out_inner.rank == 0 ? 0 : out_inner.strides[0];
    for (int64_t i = 0; i < count; ++i) {
      const T* const from = source + source_outer.Offset(o) + source_count.Offset(i);
      T* const to = out + out_outer.Offset(o) + distances[i];
      if (is_plain) {
        for (int64_t k = begin; k < end; ++k) Write(to[k * to_step], from[k * from_step]);
      } else {
        for (int64_t k = begin; k < end; ++k) {
          Write(to[out_inner.Offset(k)], from[source_inner.Offset(k)]);
        }
      }
    }
  }
  // Over the flat index of (o, k).
  GRADD_HD void operator()(int64_t flat) const {
    Run(flat / inner, flat % inner, flat % inner + 1);
  }

 private:
  GRADD_HD static void Write(T& target, T value) {
    if constexpr (kAdds) {
      target = static_cast<T>(target + value);
    } else {
      target = value;
    }
  }
};

}  // namespace gradd
