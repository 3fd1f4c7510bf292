#include "core/base/status.h"
#include "core/kernels/cuda/reduction.h"

namespace gradd::cuda {
namespace {

absl::Status RunProd(const KernelCall& call) {
  Dims dims;
  if (call.attributes.Has(0)) dims.push_back(call.attributes.Int(0));
  GRADD_ASSIGN_OR_RETURN(dims, NormalizeReductionDims(dims, call.inputs[0].spec->rank()));
  return Reduce(call, dims, FoldKind::kProduct, {}, 0, ThroughFor(call));
}

}  // namespace

Kernel ProdKernel() { return {&RunProd}; }

}  // namespace gradd::cuda
