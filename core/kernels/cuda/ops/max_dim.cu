#include "core/kernels/cuda/reduction.h"

namespace gradd::cuda {
namespace {

absl::Status RunMaxDim(const KernelCall& call) {
  return ReduceToPlaces(call, call.attributes.Int(0), FoldKind::kArgLargest, call.outputs[1],
                        &call.outputs[0]);
}

}  // namespace

Kernel MaxDimKernel() { return {&RunMaxDim}; }

}  // namespace gradd::cuda
