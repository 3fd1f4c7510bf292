#include "core/base/status.h"
#include "core/kernels/cuda/join.h"

namespace gradd::cuda {
namespace {

absl::Status RunStack(const KernelCall& call) {
  const TensorSpec& output = *call.outputs[0].spec;
  const int dim = *NormalizeDim(call.attributes.Int(0), output.rank());
  Dims strides = output.strides;
  strides.erase(strides.begin() + dim);
  for (size_t i = 0; i < call.inputs.size(); ++i) {
    GRADD_RETURN_IF_ERROR(CopyToPart(call.stream, call.outputs[0], strides,
                                     static_cast<int64_t>(i) * output.strides[dim],
                                     call.inputs[i]));
  }
  return absl::OkStatus();
}

}  // namespace

Kernel StackKernel() { return {&RunStack}; }

}  // namespace gradd::cuda
