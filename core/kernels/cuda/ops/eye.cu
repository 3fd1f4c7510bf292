#include "core/kernels/cuda/launch.cuh"
#include "core/kernels/functors/sequences.h"
#include "core/kernels/kernel.h"

namespace gradd::cuda {
namespace {

absl::Status RunEye(const KernelCall& call) {
  const TensorSpec& spec = *call.outputs[0].spec;
  VisitDType(spec.dtype, [&](auto zero) {
    using T = decltype(zero);
    ForEach(call.stream, spec.element_count(),
            EyeMatrix<T>{call.outputs[0].as<T>(), spec.shape[1]});
  });
  return absl::OkStatus();
}

}  // namespace

Kernel EyeKernel() { return {&RunEye}; }

}  // namespace gradd::cuda
