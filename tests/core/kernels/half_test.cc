// The vectorised conversions of the 16-bit types, against those of core/spec/half.h.
#include "core/spec/half.h"

#include <cmath>
#include <cstring>
#include <vector>

#include <gtest/gtest.h>

#include "core/kernels/cpu/simd/functions.h"

namespace gradd::cpu {
namespace {

std::vector<HalfLoops> Available() {
  std::vector<HalfLoops> loops;
#if defined(__x86_64__)
  if (WidestIsa() >= Isa::kAvx2) loops.push_back(avx2::kSimdFunctions.halves());
  if (WidestIsa() >= Isa::kAvx512) loops.push_back(avx512::kSimdFunctions.halves());
#endif
  return loops;
}

constexpr int kPatterns = 1 << 16;

template <class T>
void ExpectAllLoad(void (*load)(const uint16_t*, float*, int64_t)) {
  std::vector<uint16_t> patterns;
  for (int i = 0; i < kPatterns; ++i) patterns.push_back(static_cast<uint16_t>(i));
  std::vector<float> floats(kPatterns);
  load(patterns.data(), floats.data(), kPatterns);
  for (int i = 0; i < kPatterns; ++i) {
    T half;
    half.bits = patterns[i];
    const float expected = half;
    if (std::isnan(expected)) {
      EXPECT_TRUE(std::isnan(floats[i])) << i;
    } else {
      EXPECT_EQ(floats[i], expected) << i;
    }
  }
}

// Every exponent and sign, with mantissas below, at and above the middle of two neighbours.
template <class T>
void ExpectAllStore(void (*store)(const float*, uint16_t*, int64_t)) {
  std::vector<float> floats;
  for (uint64_t bits = 0; bits < uint64_t{1} << 32; bits += 0x7FF) {
    for (const uint64_t near :
         {bits, bits & ~uint64_t{0xFFF}, (bits & ~uint64_t{0xFFFF}) | 0x8000}) {
      const auto narrow = static_cast<uint32_t>(near);
      std::memcpy(&floats.emplace_back(), &narrow, sizeof narrow);
    }
  }
  const auto count = static_cast<int64_t>(floats.size());
  std::vector<uint16_t> halves(count);
  store(floats.data(), halves.data(), count);
  for (int64_t i = 0; i < count; ++i) {
    T actual;
    actual.bits = halves[i];
    const T expected(floats[i]);
    if (std::isnan(floats[i])) {
      ASSERT_TRUE(std::isnan(static_cast<float>(actual))) << floats[i];
    } else {
      ASSERT_EQ(actual.bits, expected.bits) << floats[i];
    }
  }
}

TEST(HalfTest, LoadsEveryPattern) {
  for (const HalfLoops& loops : Available()) {
    ExpectAllLoad<Half>(loops.float16_to_float);
    ExpectAllLoad<BFloat16>(loops.bfloat16_to_float);
  }
}

TEST(HalfTest, RoundsAsTheConstructorsDo) {
  for (const HalfLoops& loops : Available()) {
    ExpectAllStore<Half>(loops.float_to_float16);
    ExpectAllStore<BFloat16>(loops.float_to_bfloat16);
  }
}

}  // namespace
}  // namespace gradd::cpu
