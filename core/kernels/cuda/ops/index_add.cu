#include "core/base/status.h"
#include "core/kernels/cuda/indexed_slices.h"

namespace gradd::cuda {
namespace {

absl::Status RunIndexAdd(const KernelCall& call) {
  const TensorSpec& input = *call.inputs[0].spec;
  GRADD_ASSIGN_OR_RETURN(
      const ops::IndexLayout layout,
      ops::LayOutIndex(input, {*NormalizeDim(call.attributes.Int(0), input.rank())},
                       {call.inputs[1].spec}));
  return WriteIndexed(call, call.inputs[0], call.inputs[2], layout, call.inputs.subspan(1, 1),
                      /*wraps=*/false, /*adds=*/true);
}

}  // namespace

Kernel IndexAddKernel() { return {&RunIndexAdd}; }

}  // namespace gradd::cuda
