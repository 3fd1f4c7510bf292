#include "core/kernels/cpu/simd/functions.h"

namespace gradd::cpu {

const SimdFunctions& Simd() {
#if defined(__x86_64__)
  if (ActiveIsa() == Isa::kAvx512) return avx512::kSimdFunctions;
  if (ActiveIsa() == Isa::kAvx2) return avx2::kSimdFunctions;
#endif
  return baseline::kSimdFunctions;
}

}  // namespace gradd::cpu
