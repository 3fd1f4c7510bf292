// Slices of tensors that index tensors name, on CUDA devices.
#pragma once

#include "absl/status/status.h"

#include "core/kernels/kernel.h"
#include "core/ops/index/index_layout.h"

namespace gradd::cuda {

// call.outputs[0] = in[the entries of `indices`, which `layout` describes].
absl::Status ReadIndexed(const KernelCall& call, const KernelArgument& in,
                         const ops::IndexLayout& layout, absl::Span<const KernelArgument> indices,
                         bool wraps);

// call.outputs[0] = a copy of `in` to which `source`, broadcast to the layout's shape, is written,
// or added, in the places that `indices` name. Of what goes to one place the last stays, and sums
// are added up in order.
absl::Status WriteIndexed(const KernelCall& call, const KernelArgument& in,
                          const KernelArgument& source, const ops::IndexLayout& layout,
                          absl::Span<const KernelArgument> indices, bool wraps, bool adds);

}  // namespace gradd::cuda
