#include "core/kernels/cpu/random_fill.h"

namespace gradd::cpu {

Kernel RandKernel() {
  return {[](const KernelCall& call) {
    VisitFloating(call, [&](auto zero) {
      using T = decltype(zero);
      FillRandom<T>(call, UniformNumbers<T>{0, 1});
    });
    return absl::OkStatus();
  }};
}

}  // namespace gradd::cpu
