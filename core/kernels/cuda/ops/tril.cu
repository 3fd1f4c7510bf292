#include "core/kernels/cuda/triangle.h"

namespace gradd::cuda {
namespace {

absl::Status RunTril(const KernelCall& call) { return CopyTriangle(call, /*clear_upper=*/true); }

}  // namespace

Kernel TrilKernel() { return {&RunTril}; }

}  // namespace gradd::cuda
