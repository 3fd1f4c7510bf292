#pragma once

#include "core/kernels/kernel.h"

namespace gradd::cuda {

// Along the dimension that attribute 0 names. Of the vjps, input 0 is the cotangent and input 1 the
// output of the op.
absl::Status Softmax(const KernelCall& call);
absl::Status LogSoftmax(const KernelCall& call);
absl::Status SoftmaxVjp(const KernelCall& call);
absl::Status LogSoftmaxVjp(const KernelCall& call);

}  // namespace gradd::cuda
