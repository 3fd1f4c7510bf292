#include "core/kernels/cpu/reduction_kernel.h"

namespace gradd::cpu {

// Floating products in double; integers wrap.
Kernel ProdKernel() {
  return {[](const KernelCall& call) -> absl::Status {
    const TensorSpec& input = *call.inputs[0].spec;
    Dims dims;
    if (call.attributes.Has(0)) dims.push_back(call.attributes.Int(0));
    GRADD_ASSIGN_OR_RETURN(dims, NormalizeReductionDims(dims, input.rank()));
    return LaunchReduction(call, dims, FoldKind::kProduct, 0,
                           ThroughFor(input.dtype, call.outputs[0].spec->dtype),
                           [](void*, int64_t) {});
  }};
}

}  // namespace gradd::cpu
