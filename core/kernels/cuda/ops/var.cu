#include "core/kernels/cuda/reduction.h"

namespace gradd::cuda {
namespace {

absl::Status RunVar(const KernelCall& call) { return ReduceToVariance(call, Finish::kQuotient); }

}  // namespace

Kernel VarKernel() { return {&RunVar}; }

}  // namespace gradd::cuda
