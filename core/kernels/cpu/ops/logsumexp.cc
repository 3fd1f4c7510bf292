#include <cmath>

#include "core/kernels/cpu/centered_reduction.h"

namespace gradd::cpu {

Kernel LogsumexpKernel() {
  return {[](const KernelCall& call) {
    return LaunchCenteredReduction(
        call, ReducedDims(call),
        ThroughFor(call.inputs[0].spec->dtype, call.outputs[0].spec->dtype), FoldKind::kLargest,
        FoldKind::kExpAround,
        // Infinities are no measure.
        [](double largest) { return std::isinf(largest) ? 0 : largest; },
        [](double sum, double center) { return std::log(sum) + center; });
  }};
}

}  // namespace gradd::cpu
