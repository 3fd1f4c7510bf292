#include "core/base/status.h"
#include "core/kernels/cuda/indexed_slices.h"

namespace gradd::cuda {
namespace {

absl::Status RunIndex(const KernelCall& call) {
  absl::InlinedVector<const TensorSpec*, 4> specs;
  for (const KernelArgument& index : call.inputs.subspan(1)) specs.push_back(index.spec);
  GRADD_ASSIGN_OR_RETURN(const ops::IndexLayout layout,
                         ops::LayOutIndex(*call.inputs[0].spec, call.attributes.Dims(0), specs));
  return ReadIndexed(call, call.inputs[0], layout, call.inputs.subspan(1), /*wraps=*/true);
}

}  // namespace

Kernel IndexKernel() { return {&RunIndex}; }

}  // namespace gradd::cuda
