#include "core/kernels/cpu/scatter.h"

namespace gradd::cpu {

Kernel ScatterKernel() {
  return {[](const KernelCall& call) { return ScatterInto(call, /*adds=*/false); }};
}

}  // namespace gradd::cpu
