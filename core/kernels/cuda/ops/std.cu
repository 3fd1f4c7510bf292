#include "core/kernels/cuda/reduction.h"

namespace gradd::cuda {
namespace {

absl::Status RunStd(const KernelCall& call) {
  return ReduceToVariance(call, Finish::kRootOfQuotient);
}

}  // namespace

Kernel StdKernel() { return {&RunStd}; }

}  // namespace gradd::cuda
