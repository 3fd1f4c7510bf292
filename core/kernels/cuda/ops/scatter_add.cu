#include "core/kernels/cuda/scatter.h"

namespace gradd::cuda {
namespace {

absl::Status RunScatterAdd(const KernelCall& call) { return ScatterInto(call, /*adds=*/true); }

}  // namespace

Kernel ScatterAddKernel() { return {&RunScatterAdd}; }

}  // namespace gradd::cuda
