// cat and stack on the processor.
#pragma once

#include "core/kernels/kernel.h"

namespace gradd::cpu {

// Copies `from` to the part of `to` that has the shape of `from` and begins at `offset`, in
// elements, where neighbours lie as far apart as `strides` says.
void CopyToPart(Stream& stream, const KernelArgument& to, DimsView strides, int64_t offset,
                const KernelArgument& from);

}  // namespace gradd::cpu
