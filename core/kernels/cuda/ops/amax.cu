#include "core/kernels/cuda/reduction.h"

namespace gradd::cuda {
namespace {

absl::Status RunAmax(const KernelCall& call) {
  return Reduce(call, ReducedDims(call), FoldKind::kLargest);
}

}  // namespace

Kernel AmaxKernel() { return {&RunAmax}; }

}  // namespace gradd::cuda
