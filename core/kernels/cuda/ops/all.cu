#include "core/kernels/cuda/reduction.h"

namespace gradd::cuda {
namespace {

absl::Status RunAll(const KernelCall& call) {
  return Reduce(call, ReducedDims(call), FoldKind::kNotZero,
                {Finish::kIsNumber, ElementsOfEach(call)});
}

}  // namespace

Kernel AllKernel() { return {&RunAll}; }

}  // namespace gradd::cuda
