#include "core/kernels/cuda/reduction.h"

namespace gradd::cuda {
namespace {

absl::Status RunArgmax(const KernelCall& call) {
  std::optional<int64_t> dim;
  if (call.attributes.Has(0)) dim = call.attributes.Int(0);
  return ReduceToPlaces(call, dim, FoldKind::kArgLargest, call.outputs[0], nullptr);
}

}  // namespace

Kernel ArgmaxKernel() { return {&RunArgmax}; }

}  // namespace gradd::cuda
