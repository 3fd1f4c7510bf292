#include "core/kernels/cuda/matrix_product.h"

namespace gradd::cuda {
namespace {

absl::Status RunLinear(const KernelCall& call) {
  const Addition addition = {call.inputs[2], 1, 1};
  return EnqueueProduct(call, call.inputs[0], call.inputs[1], /*transposed=*/true, &addition);
}

}  // namespace

Kernel LinearKernel() { return {&RunLinear}; }

}  // namespace gradd::cuda
