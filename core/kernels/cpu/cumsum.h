// Running sums along a dimension, from its front or from its back.
#pragma once

#include "absl/status/status.h"

#include "core/kernels/kernel.h"

namespace gradd::cpu {

// Attribute 0 is the dimension. Floating sums in double, integers wrap; as in PyTorch each element
// is converted to the output's dtype first.
absl::Status LaunchCumsum(const KernelCall& call, bool from_back);

}  // namespace gradd::cpu
