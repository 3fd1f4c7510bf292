#include "core/kernels/cuda/triangle.h"

namespace gradd::cuda {
namespace {

absl::Status RunTriu(const KernelCall& call) { return CopyTriangle(call, /*clear_upper=*/false); }

}  // namespace

Kernel TriuKernel() { return {&RunTriu}; }

}  // namespace gradd::cuda
