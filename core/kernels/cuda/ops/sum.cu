#include "core/kernels/cuda/reduction.h"

namespace gradd::cuda {
namespace {

absl::Status RunSum(const KernelCall& call) {
  return Reduce(call, ReducedDims(call), FoldKind::kSum, {}, 0, ThroughFor(call));
}

}  // namespace

Kernel SumKernel() { return {&RunSum}; }

}  // namespace gradd::cuda
