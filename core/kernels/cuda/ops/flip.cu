#include "core/kernels/cuda/copy.h"
#include "core/kernels/kernel.h"

namespace gradd::cuda {
namespace {

absl::Status RunFlip(const KernelCall& call) {
  const TensorSpec& input = *call.inputs[0].spec;
  const Dims& dims = call.attributes.Dims(0);
  TensorSpec reversed = input;
  int64_t last = 0;  // where the last element along the flipped dimensions is
  if (!dims.empty() && input.element_count() > 0 && input.rank() > 0) {
    const Dims flipped = *NormalizeReductionDims(dims, input.rank());
    for (const int64_t dim : flipped) {
      last += (input.shape[dim] - 1) * input.strides[dim];
      reversed.strides[dim] = -input.strides[dim];
    }
  }
  const char* const from = call.inputs[0].as<const char>();
  return Copy(call.stream, *call.outputs[0].spec, call.outputs[0].data, reversed,
              from + last * static_cast<int64_t>(ItemSize(input.dtype)));
}

}  // namespace

Kernel FlipKernel() { return {&RunFlip}; }

}  // namespace gradd::cuda
