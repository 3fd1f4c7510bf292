#pragma once

#include "core/kernels/kernel.h"

namespace gradd::cuda {

// Sums of all elements up to each along the dimension that attribute 0 names, or, from the back, of
// all from it on. Integers wrap, floating elements are added as doubles.
absl::Status Cumsum(const KernelCall& call, bool from_back);

}  // namespace gradd::cuda
