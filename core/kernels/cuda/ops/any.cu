#include "core/kernels/cuda/reduction.h"

namespace gradd::cuda {
namespace {

absl::Status RunAny(const KernelCall& call) {
  return Reduce(call, ReducedDims(call), FoldKind::kNotZero);  // a bool of the count
}

}  // namespace

Kernel AnyKernel() { return {&RunAny}; }

}  // namespace gradd::cuda
