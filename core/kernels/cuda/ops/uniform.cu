#include "core/kernels/cuda/random_fill.cuh"
#include "core/kernels/cuda/visit_floating.h"

namespace gradd::cuda {
namespace {

absl::Status RunUniform(const KernelCall& call) {
  VisitFloating(call.outputs[0].spec->dtype, [&](auto zero) {
    using T = decltype(zero);
    using C = typename UniformNumbers<T>::C;
    FillRandom<T>(call, UniformNumbers<T>{static_cast<C>(call.attributes.Float(0)),
                                          static_cast<C>(call.attributes.Float(1))});
  });
  return absl::OkStatus();
}

}  // namespace

Kernel UniformKernel() { return {&RunUniform}; }

}  // namespace gradd::cuda
