// Ops with index tensors on the processor.
#pragma once

#include "absl/status/statusor.h"

#include "core/kernels/kernel.h"
#include "core/kernels/strided_parts.h"
#include "core/ops/index/index_layout.h"

namespace gradd::cpu {

// How an index tensor's entries are read.
struct IndexReading {
  int64_t size;        // of the dimension that they index
  int64_t step;        // between its neighbours in memory, in elements
  bool wraps = false;  // negative ones count from the back

  IntegerRange good() const { return {wraps ? -size : 0, size - 1}; }
};

// The distances in memory that `index`, broadcast to `shape`, names; contiguous, in the workspace,
// or added to `sum` where that is given. Bad entries go to call.index_error.
absl::StatusOr<int64_t*> Distances(const KernelCall& call, const KernelArgument& index,
                                   DimsView shape, const IndexReading& reading,
                                   int64_t* sum = nullptr);

// call.outputs[0] = in[the entries of `indices`, which `layout` describes].
absl::Status ReadIndexed(const KernelCall& call, const KernelArgument& in,
                         const ops::IndexLayout& layout, absl::Span<const KernelArgument> indices,
                         bool wraps);

// call.outputs[0] = a copy of `in` to which `source`, broadcast to the layout's shape, is written,
// or added, in the places that `indices` name.
absl::Status WriteIndexed(const KernelCall& call, const KernelArgument& in,
                          const KernelArgument& source, const ops::IndexLayout& layout,
                          absl::Span<const KernelArgument> indices, bool wraps, bool adds);

// `argument` in the dtype of the output: itself, or a number converted to it in the workspace.
absl::StatusOr<KernelArgument> AsDType(const KernelCall& call, const KernelArgument& argument);

}  // namespace gradd::cpu
