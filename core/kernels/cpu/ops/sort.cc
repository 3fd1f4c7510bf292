#include "core/kernels/cpu/order.h"

namespace gradd::cpu {

Kernel SortKernel() {
  return {[](const KernelCall& call) {
    const TensorSpec& input = *call.inputs[0].spec;
    const int64_t dim = call.attributes.Int(0);
    const int64_t count = input.rank() == 0 ? 1 : input.shape[*NormalizeDim(dim, input.rank())];
    return OrderLines(call, dim, count, call.attributes.Bool(1));
  }};
}

}  // namespace gradd::cpu
