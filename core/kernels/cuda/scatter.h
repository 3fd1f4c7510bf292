// scatter and scatter_add on CUDA devices.
#pragma once

#include "absl/status/statusor.h"

#include "core/kernels/kernel.h"

namespace gradd::cuda {

// A copy of the input to which source is written, or added, in the places that index names. Of what
// goes to one place the last stays, and sums are added up in order.
absl::Status ScatterInto(const KernelCall& call, bool adds);

// `argument` in the dtype of the output: itself, or a number converted to it in the workspace.
absl::StatusOr<KernelArgument> AsDType(const KernelCall& call, const KernelArgument& argument);

}  // namespace gradd::cuda
