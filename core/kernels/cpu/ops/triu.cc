#include "core/kernels/cpu/triangle.h"

namespace gradd::cpu {

Kernel TriuKernel() {
  return {[](const KernelCall& call) { return CopyTriangle(call, /*clear_upper=*/false); }};
}

}  // namespace gradd::cpu
