#include "core/base/status.h"
#include "core/kernels/cuda/indexed_slices.h"

namespace gradd::cuda {
namespace {

absl::Status RunIndexSelect(const KernelCall& call) {
  const TensorSpec& input = *call.inputs[0].spec;
  GRADD_ASSIGN_OR_RETURN(
      const ops::IndexLayout layout,
      ops::LayOutIndex(input, {*NormalizeDim(call.attributes.Int(0), input.rank())},
                       {call.inputs[1].spec}));
  return ReadIndexed(call, call.inputs[0], layout, call.inputs.subspan(1), /*wraps=*/false);
}

}  // namespace

Kernel IndexSelectKernel() { return {&RunIndexSelect}; }

}  // namespace gradd::cuda
