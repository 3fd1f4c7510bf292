#include "core/kernels/cuda/random_fill.cuh"
#include "core/kernels/cuda/visit_floating.h"

namespace gradd::cuda {
namespace {

absl::Status RunNormal(const KernelCall& call) {
  VisitFloating(call.outputs[0].spec->dtype, [&](auto zero) {
    using T = decltype(zero);
    FillRandom<T>(call, NormalNumbers{call.attributes.Float(0), call.attributes.Float(1)});
  });
  return absl::OkStatus();
}

}  // namespace

Kernel NormalKernel() { return {&RunNormal}; }

}  // namespace gradd::cuda
