#include "core/kernels/cuda/launch.cuh"
#include "core/kernels/kernel.h"

namespace gradd::cuda {
namespace {

template <class T>
struct FillElements {
  T* out;
  T value;
  __device__ void operator()(int64_t i) const { out[i] = value; }
};

absl::Status RunFull(const KernelCall& call) {
  const Scalar value = call.attributes.Scalar(1);
  VisitDType(call.outputs[0].spec->dtype, [&](auto zero) {
    using T = decltype(zero);
    ForEach(call.stream, call.outputs[0].spec->element_count(),
            FillElements<T>{call.outputs[0].as<T>(), value.To<T>()});
  });
  return absl::OkStatus();
}

}  // namespace

Kernel FullKernel() { return {&RunFull}; }

}  // namespace gradd::cuda
