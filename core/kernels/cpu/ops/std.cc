#include <cmath>

#include "core/kernels/cpu/variance.h"

namespace gradd::cpu {

Kernel StdKernel() {
  return {[](const KernelCall& call) {
    return LaunchVariance(call, [](double variance) { return std::sqrt(variance); });
  }};
}

}  // namespace gradd::cpu
