#include "core/kernels/cpu/cumsum.h"

namespace gradd::cpu {

Kernel CumsumKernel() {
  return {[](const KernelCall& call) { return LaunchCumsum(call, /*from_back=*/false); }};
}

}  // namespace gradd::cpu
