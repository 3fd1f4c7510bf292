#include "core/kernels/cpu/arg_extremum.h"

namespace gradd::cpu {

Kernel ArgminKernel() {
  return {[](const KernelCall& call) {
    std::optional<int64_t> dim;
    if (call.attributes.Has(0)) dim = call.attributes.Int(0);
    return LaunchArgExtremum(call, dim, FoldKind::kSmallest, call.outputs[0], nullptr);
  }};
}

}  // namespace gradd::cpu
