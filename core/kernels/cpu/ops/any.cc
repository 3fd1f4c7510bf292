#include "core/kernels/cpu/reduction_kernel.h"

namespace gradd::cpu {

// Whether one was counted follows from the conversion to bool.
Kernel AnyKernel() {
  return {[](const KernelCall& call) {
    return LaunchReduction(call, ReducedDims(call), FoldKind::kNotZero, 0, std::nullopt,
                           [](void*, int64_t) {});
  }};
}

}  // namespace gradd::cpu
