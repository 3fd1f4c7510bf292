#include "core/kernels/cuda/reduction.h"

namespace gradd::cuda {
namespace {

absl::Status RunMean(const KernelCall& call) {
  return Reduce(call, ReducedDims(call), FoldKind::kSum, {Finish::kQuotient, ElementsOfEach(call)},
                0, ThroughFor(call));
}

}  // namespace

Kernel MeanKernel() { return {&RunMean}; }

}  // namespace gradd::cuda
