#include <algorithm>

#include "core/kernels/cpu/reduction_kernel.h"

namespace gradd::cpu {

Kernel MeanKernel() {
  return {[](const KernelCall& call) {
    const int64_t outputs = std::max<int64_t>(1, call.outputs[0].spec->element_count());
    const double elements = static_cast<double>(call.inputs[0].spec->element_count() / outputs);
    return LaunchReduction(call, ReducedDims(call), FoldKind::kSum, 0,
                           ThroughFor(call.inputs[0].spec->dtype, call.outputs[0].spec->dtype),
                           [elements](void* accumulators, int64_t count) {
                             auto* const sums = static_cast<double*>(accumulators);
                             for (int64_t i = 0; i < count; ++i) sums[i] /= elements;
                           });
  }};
}

}  // namespace gradd::cpu
