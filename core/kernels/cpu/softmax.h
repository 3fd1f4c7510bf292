// softmax, log_softmax and their vjps along one dimension.
#pragma once

#include "absl/status/status.h"

#include "core/kernels/kernel.h"

namespace gradd::cpu {

// Attribute 0 of all of them is the dimension. The 16-bit types are computed with as float.
absl::Status Softmax(const KernelCall& call);
absl::Status LogSoftmax(const KernelCall& call);
// Inputs: the cotangent and the op's output, both of one dtype.
absl::Status SoftmaxVjp(const KernelCall& call);
absl::Status LogSoftmaxVjp(const KernelCall& call);

}  // namespace gradd::cpu
