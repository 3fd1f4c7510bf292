#include <algorithm>

#include "core/kernels/cpu/copy.h"
#include "core/kernels/kernel.h"
#include "core/kernels/padding.h"

namespace gradd::cpu {

Kernel ConstantPadNdKernel() {
  return {[](const KernelCall& call) {
    const KernelArgument& in = call.inputs[0];
    const KernelArgument& out = call.outputs[0];
    VisitDType(out.spec->dtype, [&](auto zero) {
      using T = decltype(zero);
      Launch(call.stream,
             [to = out.as<T>(), count = out.spec->element_count(),
              value = call.attributes.Scalar(1).To<T>()] { std::fill_n(to, count, value); });
    });
    const PaddingInner inner = PaddingInnerOf(*in.spec, *out.spec, call.attributes.Dims(0));
    if (inner.to.element_count() == 0) return absl::OkStatus();
    const auto size = static_cast<int64_t>(ItemSize(out.spec->dtype));
    Copy(call.stream, inner.to, out.as<char>() + inner.to_offset * size, inner.from,
         in.as<const char>() + inner.from_offset * size);
    return absl::OkStatus();
  }};
}

}  // namespace gradd::cpu
