#include <algorithm>

#include "core/kernels/kernel.h"

namespace gradd::cpu {

Kernel FullKernel() {
  return {[](const KernelCall& call) {
    const Scalar value = call.attributes.Scalar(1);
    const int64_t count = call.outputs[0].spec->element_count();
    VisitDType(call.outputs[0].spec->dtype, [&](auto zero) {
      using T = decltype(zero);
      T* const out = call.outputs[0].as<T>();
      Launch(call.stream, [=] { std::fill_n(out, count, value.To<T>()); });
    });
    return absl::OkStatus();
  }};
}

}  // namespace gradd::cpu
