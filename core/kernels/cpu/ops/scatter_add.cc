#include "core/kernels/cpu/scatter.h"

namespace gradd::cpu {

Kernel ScatterAddKernel() {
  return {[](const KernelCall& call) { return ScatterInto(call, /*adds=*/true); }};
}

}  // namespace gradd::cpu
