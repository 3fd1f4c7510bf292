// out[to(i)] = in[from(i)], converted.
#pragma once

#include "core/kernels/functors/convert.h"
#include "core/kernels/strided_index.h"

namespace gradd {

template <class To, class From>
struct StridedCopy {
  To* to;
  const From* from;
  StridedIndex to_index;
  StridedIndex from_index;

  GRADD_HD void operator()(int64_t i) const {
    to[to_index.Offset(i)] = Convert<To>(from[from_index.Offset(i)]);
  }
};

}  // namespace gradd
