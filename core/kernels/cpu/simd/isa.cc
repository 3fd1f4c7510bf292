#include "core/kernels/cpu/simd/isa.h"

#include <algorithm>
#include <cstdlib>

namespace gradd::cpu {
namespace {

Isa Chosen() {
  const Isa widest = WidestIsa();
  const char* const wish = std::getenv("GRADD_CPU_ISA");
  if (wish == nullptr) return widest;
  for (const Isa isa : {Isa::kBaseline, Isa::kAvx2, Isa::kAvx512}) {
    if (Name(isa) == wish) return std::min(isa, widest);
  }
  return widest;
}

}  // namespace

absl::string_view Name(Isa isa) {
  switch (isa) {
    case Isa::kAvx2:
      return "avx2";
    case Isa::kAvx512:
      return "avx512";
    case Isa::kBaseline:
      break;
  }
  return "baseline";
}

Isa WidestIsa() {
#if defined(__x86_64__)
  __builtin_cpu_init();
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
                      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
  if (avx2 && avx512) return Isa::kAvx512;
  if (avx2) return Isa::kAvx2;
#endif
  return Isa::kBaseline;
}

Isa ActiveIsa() {
  static const Isa kActive = Chosen();
  return kActive;
}

}  // namespace gradd::cpu
