#include "core/kernels/cpu/reduction_kernel.h"

namespace gradd::cpu {

Kernel AmaxKernel() {
  return {[](const KernelCall& call) {
    return LaunchReduction(call, ReducedDims(call), FoldKind::kLargest, 0, std::nullopt,
                           [](void*, int64_t) {});
  }};
}

}  // namespace gradd::cpu
