#include "core/kernels/cuda/scatter.h"

namespace gradd::cuda {
namespace {

absl::Status RunScatter(const KernelCall& call) { return ScatterInto(call, /*adds=*/false); }

}  // namespace

Kernel ScatterKernel() { return {&RunScatter}; }

}  // namespace gradd::cuda
