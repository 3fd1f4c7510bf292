#include "core/kernels/cuda/random_fill.cuh"
#include "core/kernels/cuda/visit_floating.h"

namespace gradd::cuda {
namespace {

absl::Status RunRandn(const KernelCall& call) {
  VisitFloating(call.outputs[0].spec->dtype, [&](auto zero) {
    using T = decltype(zero);
    FillRandom<T>(call, NormalNumbers{0, 1});
  });
  return absl::OkStatus();
}

}  // namespace

Kernel RandnKernel() { return {&RunRandn}; }

}  // namespace gradd::cuda
