#include "core/kernels/cpu/gemm/matrix_product.h"

namespace gradd::cpu {

Kernel AddmmKernel() {
  return {[](const KernelCall& call) {
    const gemm::Addition addition = {call.inputs[0], call.attributes.Scalar(1),
                                     call.attributes.Scalar(0)};
    return gemm::EnqueueProduct(call, call.inputs[1], call.inputs[2], call.outputs[0], &addition);
  }};
}

}  // namespace gradd::cpu
