#include "core/kernels/cuda/reduction.h"

namespace gradd::cuda {
namespace {

absl::Status RunArgmin(const KernelCall& call) {
  std::optional<int64_t> dim;
  if (call.attributes.Has(0)) dim = call.attributes.Int(0);
  return ReduceToPlaces(call, dim, FoldKind::kArgSmallest, call.outputs[0], nullptr);
}

}  // namespace

Kernel ArgminKernel() { return {&RunArgmin}; }

}  // namespace gradd::cuda
