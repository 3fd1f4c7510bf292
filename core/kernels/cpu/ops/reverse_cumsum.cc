#include "core/kernels/cpu/cumsum.h"

namespace gradd::cpu {

Kernel ReverseCumsumKernel() {
  return {[](const KernelCall& call) { return LaunchCumsum(call, /*from_back=*/true); }};
}

}  // namespace gradd::cpu
