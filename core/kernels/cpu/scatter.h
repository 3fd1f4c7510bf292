// scatter and scatter_add on the processor.
#pragma once

#include "core/kernels/kernel.h"

namespace gradd::cpu {

// A copy of the input to which source is written, or added, in the places that index names.
absl::Status ScatterInto(const KernelCall& call, bool adds);

}  // namespace gradd::cpu
