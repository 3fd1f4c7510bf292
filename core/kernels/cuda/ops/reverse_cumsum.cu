#include "core/kernels/cuda/cumsum.h"

namespace gradd::cuda {
namespace {

absl::Status RunReverseCumsum(const KernelCall& call) { return Cumsum(call, /*from_back=*/true); }

}  // namespace

Kernel ReverseCumsumKernel() { return {&RunReverseCumsum}; }

}  // namespace gradd::cuda
