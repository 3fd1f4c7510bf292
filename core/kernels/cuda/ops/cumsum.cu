#include "core/kernels/cuda/cumsum.h"

namespace gradd::cuda {
namespace {

absl::Status RunCumsum(const KernelCall& call) { return Cumsum(call, /*from_back=*/false); }

}  // namespace

Kernel CumsumKernel() { return {&RunCumsum}; }

}  // namespace gradd::cuda
