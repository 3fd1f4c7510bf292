// sort and topk on the processor.
#pragma once

#include "core/kernels/kernel.h"

namespace gradd::cpu {

// The first `count` elements of each line along `dim` in order, and where they were: the outputs of
// the call. NaN is the largest; of equal elements the earlier one comes first.
absl::Status OrderLines(const KernelCall& call, int64_t dim, int64_t count, bool descending);

}  // namespace gradd::cpu
