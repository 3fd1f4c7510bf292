#include "core/kernels/cpu/simd/half.h"

#if defined(__F16C__)
#include <immintrin.h>
#endif

namespace gradd::cpu::GRADD_ISA {

#if defined(__F16C__)
namespace {

constexpr int64_t kAtOnce = 8;

void Float16ToFloat(const uint16_t* from, float* to, int64_t count) {
  int64_t i = 0;
  for (; i + kAtOnce <= count; i += kAtOnce) {
    __m128i halves;
    __builtin_memcpy(&halves, from + i, sizeof halves);
    const __m256 floats = _mm256_cvtph_ps(halves);
    __builtin_memcpy(to + i, &floats, sizeof floats);
  }
  for (; i < count; ++i) to[i] = _cvtsh_ss(from[i]);
}

void FloatToFloat16(const float* from, uint16_t* to, int64_t count) {
  int64_t i = 0;
  for (; i + kAtOnce <= count; i += kAtOnce) {
    __m256 floats;
    __builtin_memcpy(&floats, from + i, sizeof floats);
    const __m128i halves = _mm256_cvtps_ph(floats, _MM_FROUND_TO_NEAREST_INT);
    __builtin_memcpy(to + i, &halves, sizeof halves);
  }
  for (; i < count; ++i) to[i] = _cvtss_sh(from[i], _MM_FROUND_TO_NEAREST_INT);
}

void BFloat16ToFloat(const uint16_t* from, float* to, int64_t count) {
  for (int64_t i = 0; i < count; ++i) {
    const uint32_t bits = static_cast<uint32_t>(from[i]) << 16;
    __builtin_memcpy(to + i, &bits, sizeof bits);
  }
}

void FloatToBFloat16(const float* from, uint16_t* to, int64_t count) {
  for (int64_t i = 0; i < count; ++i) {
    uint32_t bits;
    __builtin_memcpy(&bits, from + i, sizeof bits);
    const uint32_t rounded = (bits + 0x7FFFu + (bits >> 16 & 1u)) >> 16;
    const bool is_nan = (bits & 0x7FFFFFFFu) > 0x7F800000u;
    to[i] = static_cast<uint16_t>(is_nan ? bits >> 16 | 0x40u : rounded);
  }
}

}  // namespace

HalfLoops Halves() {
  return {&Float16ToFloat, &FloatToFloat16, &BFloat16ToFloat, &FloatToBFloat16};
}

#else

HalfLoops Halves() { return {}; }

#endif

}  // namespace gradd::cpu::GRADD_ISA
