#include <cmath>

#include "core/base/status.h"
#include "core/kernels/cuda/random_fill.cuh"
#include "core/kernels/cuda/visit_floating.h"
#include "core/kernels/strided_parts.h"

namespace gradd::cuda {
namespace {

absl::Status RunApplyDropout(const KernelCall& call) {
  const TensorSpec& input = *call.inputs[0].spec;
  const double p = call.attributes.Float(0);
  GRADD_ASSIGN_OR_RETURN(const StridedIndex layout,
                         Part(input.shape, input.strides, 0, input.shape.size()));
  VisitFloating(call.outputs[0].spec->dtype, [&](auto zero) {
    using T = decltype(zero);
    using C = typename DropoutNumbers<T>::C;
    const C scale = static_cast<C>(p < 1 ? 1 / (1 - p) : 0);
    const auto threshold = static_cast<uint64_t>(std::llround(p * 4294967296.0));
    FillRandom<T>(call, DropoutNumbers<T>{call.inputs[0].as<const T>(), layout, threshold, scale});
  });
  return absl::OkStatus();
}

}  // namespace

Kernel ApplyDropoutKernel() { return {&RunApplyDropout}; }

}  // namespace gradd::cuda
