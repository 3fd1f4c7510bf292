#include "core/kernels/cpu/variance.h"

namespace gradd::cpu {

Kernel VarKernel() {
  return {[](const KernelCall& call) {
    return LaunchVariance(call, [](double variance) { return variance; });
  }};
}

}  // namespace gradd::cpu
