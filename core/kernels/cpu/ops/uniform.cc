#include "core/kernels/cpu/random_fill.h"

namespace gradd::cpu {

Kernel UniformKernel() {
  return {[](const KernelCall& call) {
    VisitFloating(call, [&](auto zero) {
      using T = decltype(zero);
      using C = typename UniformNumbers<T>::C;
      FillRandom<T>(call, UniformNumbers<T>{static_cast<C>(call.attributes.Float(0)),
                                            static_cast<C>(call.attributes.Float(1))});
    });
    return absl::OkStatus();
  }};
}

}  // namespace gradd::cpu
