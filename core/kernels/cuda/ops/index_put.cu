#include "core/base/status.h"
#include "core/kernels/cuda/indexed_slices.h"
#include "core/kernels/cuda/scatter.h"

namespace gradd::cuda {
namespace {

absl::Status RunIndexPut(const KernelCall& call) {
  absl::InlinedVector<const TensorSpec*, 4> specs;
  for (const KernelArgument& index : call.inputs.subspan(2)) specs.push_back(index.spec);
  GRADD_ASSIGN_OR_RETURN(const ops::IndexLayout layout,
                         ops::LayOutIndex(*call.inputs[0].spec, call.attributes.Dims(0), specs));
  GRADD_ASSIGN_OR_RETURN(const KernelArgument values, AsDType(call, call.inputs[1]));
  return WriteIndexed(call, call.inputs[0], values, layout, call.inputs.subspan(2),
                      /*wraps=*/true, /*adds=*/call.attributes.Bool(1));
}

}  // namespace

Kernel IndexPutKernel() { return {&RunIndexPut}; }

}  // namespace gradd::cuda
