#include "core/kernels/cuda/reduction.h"

namespace gradd::cuda {
namespace {

absl::Status RunMinDim(const KernelCall& call) {
  return ReduceToPlaces(call, call.attributes.Int(0), FoldKind::kArgSmallest, call.outputs[1],
                        &call.outputs[0]);
}

}  // namespace

Kernel MinDimKernel() { return {&RunMinDim}; }

}  // namespace gradd::cuda
