#pragma once

#include "core/kernels/kernel.h"

namespace gradd::cuda {

// The first `count` elements of each line along `dim`, in order, and their places in the line. NaN
// is larger than all numbers; of equals the first comes first, up and down.
absl::Status OrderLines(const KernelCall& call, int64_t dim, int64_t count, bool descending);

}  // namespace gradd::cuda
