// cat and stack on CUDA devices.
#pragma once

#include "absl/status/status.h"

#include "core/kernels/kernel.h"

namespace gradd::cuda {

// Copies `from` to the part of `to` that has the shape of `from` and begins at `offset`, in
// elements, where neighbours lie as far apart as `strides` says.
absl::Status CopyToPart(Stream& stream, const KernelArgument& to, DimsView strides, int64_t offset,
                        const KernelArgument& from);

}  // namespace gradd::cuda
