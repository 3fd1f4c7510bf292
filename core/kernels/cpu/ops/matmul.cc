#include "core/kernels/cpu/gemm/matrix_product.h"

namespace gradd::cpu {

Kernel MatmulKernel() {
  return {[](const KernelCall& call) {
    return gemm::EnqueueProduct(call, call.inputs[0], call.inputs[1], call.outputs[0]);
  }};
}

}  // namespace gradd::cpu
