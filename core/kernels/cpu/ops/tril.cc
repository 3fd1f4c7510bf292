#include "core/kernels/cpu/triangle.h"

namespace gradd::cpu {

Kernel TrilKernel() {
  return {[](const KernelCall& call) { return CopyTriangle(call, /*clear_upper=*/true); }};
}

}  // namespace gradd::cpu
