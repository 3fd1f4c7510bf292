#include "core/base/status.h"
#include "core/kernels/cuda/join.h"

namespace gradd::cuda {
namespace {

absl::Status RunCat(const KernelCall& call) {
  const TensorSpec& output = *call.outputs[0].spec;
  const int dim = *NormalizeDim(call.attributes.Int(0), output.rank());
  int64_t start = 0;
  for (const KernelArgument& input : call.inputs) {
    if (input.spec->element_count() == 0) continue;  // also those of another rank
    GRADD_RETURN_IF_ERROR(CopyToPart(call.stream, call.outputs[0], output.strides,
                                     start * output.strides[dim], input));
    start += input.spec->shape[dim];
  }
  return absl::OkStatus();
}

}  // namespace

Kernel CatKernel() { return {&RunCat}; }

}  // namespace gradd::cuda
