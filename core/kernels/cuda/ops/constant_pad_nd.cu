#include "core/base/status.h"
#include "core/kernels/cuda/copy.h"
#include "core/kernels/cuda/launch.cuh"
#include "core/kernels/padding.h"

namespace gradd::cuda {
namespace {

template <class T>
struct FillPadding {
  T* out;
  T value;

  __device__ void operator()(int64_t i) const { out[i] = value; }
};

absl::Status RunConstantPadNd(const KernelCall& call) {
  const KernelArgument& in = call.inputs[0];
  const KernelArgument& out = call.outputs[0];
  VisitDType(out.spec->dtype, [&](auto zero) {
    using T = decltype(zero);
    ForEach(call.stream, out.spec->element_count(),
            FillPadding<T>{out.as<T>(), call.attributes.Scalar(1).To<T>()});
  });
  const PaddingInner inner = PaddingInnerOf(*in.spec, *out.spec, call.attributes.Dims(0));
  if (inner.to.element_count() == 0) return absl::OkStatus();
  const auto size = static_cast<int64_t>(ItemSize(out.spec->dtype));
  return Copy(call.stream, inner.to, out.as<char>() + inner.to_offset * size, inner.from,
              in.as<const char>() + inner.from_offset * size);
}

}  // namespace

Kernel ConstantPadNdKernel() { return {&RunConstantPadNd}; }

}  // namespace gradd::cuda
