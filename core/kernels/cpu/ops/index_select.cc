#include "core/base/status.h"
#include "core/kernels/cpu/indices.h"

namespace gradd::cpu {

Kernel IndexSelectKernel() {
  return {[](const KernelCall& call) -> absl::Status {
    const TensorSpec& input = *call.inputs[0].spec;
    GRADD_ASSIGN_OR_RETURN(
        const ops::IndexLayout layout,
        ops::LayOutIndex(input, {*NormalizeDim(call.attributes.Int(0), input.rank())},
                         {call.inputs[1].spec}));
    return ReadIndexed(call, call.inputs[0], layout, call.inputs.subspan(1), /*wraps=*/false);
  }};
}

}  // namespace gradd::cpu
