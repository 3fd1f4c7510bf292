#include "core/kernels/cuda/random_fill.cuh"
#include "core/kernels/cuda/visit_floating.h"

namespace gradd::cuda {
namespace {

absl::Status RunRand(const KernelCall& call) {
  VisitFloating(call.outputs[0].spec->dtype, [&](auto zero) {
    using T = decltype(zero);
    FillRandom<T>(call, UniformNumbers<T>{0, 1});
  });
  return absl::OkStatus();
}

}  // namespace

Kernel RandKernel() { return {&RunRand}; }

}  // namespace gradd::cuda
