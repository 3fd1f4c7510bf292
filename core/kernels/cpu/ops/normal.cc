#include "core/kernels/cpu/random_fill.h"

namespace gradd::cpu {

Kernel NormalKernel() {
  return {[](const KernelCall& call) {
    VisitFloating(call, [&](auto zero) {
      using T = decltype(zero);
      FillRandom<T>(call, NormalNumbers{call.attributes.Float(0), call.attributes.Float(1)});
    });
    return absl::OkStatus();
  }};
}

}  // namespace gradd::cpu
