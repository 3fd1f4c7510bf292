#include "core/kernels/cpu/arg_extremum.h"

namespace gradd::cpu {

Kernel MinDimKernel() {
  return {[](const KernelCall& call) {
    return LaunchArgExtremum(call, call.attributes.Int(0), FoldKind::kSmallest, call.outputs[1],
                             &call.outputs[0]);
  }};
}

}  // namespace gradd::cpu
