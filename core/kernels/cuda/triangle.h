// tril and triu.
#pragma once

#include "core/kernels/kernel.h"

namespace gradd::cuda {

// Copies the input and clears what lies above the diagonal (`upper`) or below it.
absl::Status CopyTriangle(const KernelCall& call, bool clear_upper);

}  // namespace gradd::cuda
