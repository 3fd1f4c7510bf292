#include "core/base/status.h"
#include "core/kernels/cpu/indices.h"

namespace gradd::cpu {

Kernel EmbeddingKernel() {
  return {[](const KernelCall& call) -> absl::Status {
    GRADD_ASSIGN_OR_RETURN(const ops::IndexLayout layout,
                           ops::LayOutIndex(*call.inputs[0].spec, {0}, {call.inputs[1].spec}));
    return ReadIndexed(call, call.inputs[0], layout, call.inputs.subspan(1), /*wraps=*/false);
  }};
}

}  // namespace gradd::cpu
