#include "core/kernels/cpu/gemm/matrix_product.h"

namespace gradd::cpu {

Kernel LinearKernel() {
  return {[](const KernelCall& call) {
    const gemm::Addition addition = {call.inputs[2], 1, 1};
    return gemm::EnqueueProductWithTransposed(call, call.inputs[0], call.inputs[1], call.outputs[0],
                                              &addition);
  }};
}

}  // namespace gradd::cpu
