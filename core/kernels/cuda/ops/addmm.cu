#include "core/kernels/cuda/matrix_product.h"

namespace gradd::cuda {
namespace {

absl::Status RunAddmm(const KernelCall& call) {
  const Addition addition = {call.inputs[0], call.attributes.Scalar(1), call.attributes.Scalar(0)};
  return EnqueueProduct(call, call.inputs[1], call.inputs[2], /*transposed=*/false, &addition);
}

}  // namespace

Kernel AddmmKernel() { return {&RunAddmm}; }

}  // namespace gradd::cuda
