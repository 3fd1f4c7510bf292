#include "core/kernels/cuda/order.h"

namespace gradd::cuda {
namespace {

absl::Status RunSort(const KernelCall& call) {
  const TensorSpec& input = *call.inputs[0].spec;
  const int64_t dim = call.attributes.Int(0);
  const int64_t count = input.rank() == 0 ? 1 : input.shape[*NormalizeDim(dim, input.rank())];
  return OrderLines(call, dim, count, call.attributes.Bool(1));
}

}  // namespace

Kernel SortKernel() { return {&RunSort}; }

}  // namespace gradd::cuda
