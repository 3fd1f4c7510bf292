// argmax, argmin, max_dim and min_dim.
#pragma once

#include <optional>

#include "core/kernels/cpu/simd/fold_loops.h"
#include "core/kernels/kernel.h"

namespace gradd::cpu {

// Input 0's largest or smallest elements along `dim`, or of all: the first index of each goes to
// `indices` (int64, contiguous), the element itself to `values` where there are.
absl::Status LaunchArgExtremum(const KernelCall& call, std::optional<int64_t> dim, FoldKind kind,
                               const KernelArgument& indices, const KernelArgument* values);

}  // namespace gradd::cpu
