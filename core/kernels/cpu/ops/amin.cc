#include "core/kernels/cpu/reduction_kernel.h"

namespace gradd::cpu {

Kernel AminKernel() {
  return {[](const KernelCall& call) {
    return LaunchReduction(call, ReducedDims(call), FoldKind::kSmallest, 0, std::nullopt,
                           [](void*, int64_t) {});
  }};
}

}  // namespace gradd::cpu
