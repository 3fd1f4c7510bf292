// Ops with index tensors on the device.
#pragma once

#include "absl/status/statusor.h"

#include "core/kernels/kernel.h"
#include "core/kernels/strided_parts.h"

namespace gradd::cuda {

// How an index tensor's entries are read.
struct IndexReading {
  int64_t size;        // of the dimension that they index
  int64_t step;        // between its neighbours in memory, in elements
  bool wraps = false;  // negative ones count from the back

  IntegerRange good() const { return {wraps ? -size : 0, size - 1}; }
};

// The distances in memory that `index`, broadcast to `shape`, names; contiguous, in the workspace,
// or added to `sum` where that is given. The first bad entry goes to call.index_error; work after
// this must look there before it uses a distance, and write nothing if one was found.
absl::StatusOr<int64_t*> Distances(const KernelCall& call, const KernelArgument& index,
                                   DimsView shape, const IndexReading& reading,
                                   int64_t* sum = nullptr);

}  // namespace gradd::cuda
