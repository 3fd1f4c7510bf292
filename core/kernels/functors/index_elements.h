// Elements along one dimension named by an index tensor of the same rank: gather and scatter.
// Entries are distances in memory already (resolve_indices.h).
#pragma once

#include "core/kernels/kernel.h"
#include "core/kernels/strided_index.h"

namespace gradd {

// out[p] = in[p with its place along the dimension replaced], over the flat index of out.
template <class T>
struct GatherElements {
  T* out;
  const T* in;
  StridedIndex lines;  // of the index's shape, with `in`'s strides and 0 along the dimension
  const int64_t* distances;
  const IndexError* error;

  GRADD_HD void operator()(int64_t flat) const {
    if (error->found != 0) return;
    out[flat] = in[lines.Offset(flat) + distances[flat]];
  }
};

// The reverse, for every place of one line along the dimension in order, over the lines: each
// element of out belongs to one line, so the result does not depend on how lines are shared.
template <class T, bool kAdds>
struct ScatterElements {
  T* out;
  const T* source;
  // Of the index's shape without the dimension, with the strides of each.
  StridedIndex out_lines, source_lines, distance_lines;
  int64_t source_stride, distance_stride;  // along the dimension
  int64_t length;                          // of the index along it
  const int64_t* distances;
  const IndexError* error;

  GRADD_HD void operator()(int64_t line) const {
    if (error->found != 0) return;
    T* const to = out + out_lines.Offset(line);
    const T* const from = source + source_lines.Offset(line);
    const int64_t* const distance = distances + distance_lines.Offset(line);
    for (int64_t i = 0; i < length; ++i) {
      T& target = to[distance[i * distance_stride]];
      if constexpr (kAdds) {
        target = static_cast<T>(target + from[i * source_stride]);
      } else {
        target = from[i * source_stride];
      }
    }
  }
};

}  // namespace gradd
