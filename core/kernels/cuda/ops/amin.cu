#include "core/kernels/cuda/reduction.h"

namespace gradd::cuda {
namespace {

absl::Status RunAmin(const KernelCall& call) {
  return Reduce(call, ReducedDims(call), FoldKind::kSmallest);
}

}  // namespace

Kernel AminKernel() { return {&RunAmin}; }

}  // namespace gradd::cuda
