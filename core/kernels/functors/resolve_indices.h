// First half of every op with an index tensor: entries become distances in memory. A bad one is
// reported, and the second half then writes nothing, so that it can neither fault the device nor
// leave half a result.
#pragma once

#include "core/kernels/kernel.h"
#include "core/kernels/strided_index.h"

namespace gradd {

// distances[i] = indices[i] * step, or added to what is there. The first bad index is the one to
// report: run in the order of i it does so itself; otherwise whoever runs it finds out which is
// first.
template <class I>
struct ResolveIndices {
  const I* indices;
  StridedIndex layout;
  int64_t size;  // valid are 0 to size - 1
  bool wraps;    // and -size to -1, which count from the back
  int64_t step;  // between neighbours, in elements
  int64_t* distances;
  bool adds;  // another index tensor's distances are there already
  IndexError* error;

  GRADD_HD void operator()(int64_t i) const {
    if (!Resolve(i) && error->found == 0) Report(i);
  }
  // False when the index is bad; nobody uses a distance then, and if somebody did it were one
  // within the memory.
  GRADD_HD bool Resolve(int64_t i) const {
    const int64_t so_far = adds ? distances[i] : 0;
    int64_t index = static_cast<int64_t>(indices[layout.Offset(i)]);
    if (wraps && index < 0 && index >= -size) index += size;
    const bool is_good = index >= 0 && index < size;
    distances[i] = so_far + (is_good ? index * step : 0);
    return is_good;
  }
  GRADD_HD void Report(int64_t i) const {
    error->found = 1;
    error->index = static_cast<int64_t>(indices[layout.Offset(i)]);
    error->size = size;
  }
};

}  // namespace gradd
