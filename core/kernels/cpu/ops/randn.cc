#include "core/kernels/cpu/random_fill.h"

namespace gradd::cpu {

Kernel RandnKernel() {
  return {[](const KernelCall& call) {
    VisitFloating(call, [&](auto zero) {
      using T = decltype(zero);
      FillRandom<T>(call, NormalNumbers{0, 1});
    });
    return absl::OkStatus();
  }};
}

}  // namespace gradd::cpu
