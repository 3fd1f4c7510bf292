#include "core/kernels/cuda/matrix_product.h"

namespace gradd::cuda {
namespace {

absl::Status RunMatmul(const KernelCall& call) {
  return EnqueueProduct(call, call.inputs[0], call.inputs[1], /*transposed=*/false);
}

}  // namespace

Kernel MatmulKernel() { return {&RunMatmul}; }

}  // namespace gradd::cuda
