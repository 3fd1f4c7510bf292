#include "core/kernels/cpu/reduction_kernel.h"

namespace gradd::cpu {

// Floating sums in double: the result depends neither on the order nor, visibly, on the number of
// elements. Integers wrap. As in PyTorch, each element is converted to the result's dtype first.
Kernel SumKernel() {
  return {[](const KernelCall& call) {
    return LaunchReduction(call, ReducedDims(call), FoldKind::kSum, 0,
                           ThroughFor(call.inputs[0].spec->dtype, call.outputs[0].spec->dtype),
                           [](void*, int64_t) {});
  }};
}

}  // namespace gradd::cpu
