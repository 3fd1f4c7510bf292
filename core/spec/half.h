// The 16-bit floating types: how elements are stored. Whoever computes converts to float.
#pragma once

#include <cstdint>
#include <cstring>
#include <type_traits>

#if defined(__CUDACC__)
#define GRADD_HALF_HD __host__ __device__
#else
#define GRADD_HALF_HD
#endif

namespace gradd {

namespace half_internal {

GRADD_HALF_HD inline uint32_t BitsOf(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}
GRADD_HALF_HD inline float FloatOf(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

// Round to nearest, ties to even. NaN stays NaN (a GPU keeps no bits of it), what is too large
// becomes infinite.
GRADD_HALF_HD inline uint16_t ToBFloat16(float value) {
#if defined(__CUDA_ARCH__)
  uint16_t rounded;
  asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(rounded) : "f"(value));
  return rounded;
#else
  const uint32_t bits = BitsOf(value);
  if ((bits & 0x7FFFFFFFu) > 0x7F800000u) return static_cast<uint16_t>(bits >> 16 | 0x40u);
  return static_cast<uint16_t>((bits + 0x7FFFu + (bits >> 16 & 1u)) >> 16);
#endif
}

GRADD_HALF_HD inline uint16_t ToFloat16(float value) {
#if defined(__CUDA_ARCH__)
  uint16_t half;
  asm("cvt.rn.f16.f32 %0, %1;" : "=h"(half) : "f"(value));
  return half;
#else
  const uint32_t bits = BitsOf(value);
  const uint32_t sign = bits >> 16 & 0x8000u;
  const uint32_t magnitude = bits & 0x7FFFFFFFu;
  if (magnitude > 0x7F800000u) return static_cast<uint16_t>(sign | 0x7E00u);
  if (magnitude >= 0x477FF000u) return static_cast<uint16_t>(sign | 0x7C00u);  // 65520 and above
  if (magnitude < 0x38800000u) {
    // Subnormal: adding 0.5 lines the mantissa up, and the addition rounds.
    const float shifted = FloatOf(magnitude) + 0.5f;
    return static_cast<uint16_t>(sign | (BitsOf(shifted) - 0x3F000000u));
  }
  const uint32_t rounded = magnitude + 0xFFFu + (magnitude >> 13 & 1u);
  return static_cast<uint16_t>(sign | (rounded - 0x38000000u) >> 13);
#endif
}

GRADD_HALF_HD inline float FromFloat16(uint16_t half) {
#if defined(__CUDA_ARCH__)
  float value;
  asm("cvt.f32.f16 %0, %1;" : "=f"(value) : "h"(half));
  return value;
#else
  const uint32_t sign = (half & 0x8000u) << 16;
  const uint32_t magnitude = half & 0x7FFFu;
  if (magnitude >= 0x7C00u) return FloatOf(sign | 0x7F800000u | (magnitude & 0x3FFu) << 13);
  if (magnitude < 0x400u) {
    const float value = static_cast<float>(magnitude) * 0x1p-24f;
    return sign != 0 ? -value : value;
  }
  return FloatOf(sign | ((magnitude << 13) + 0x38000000u));
#endif
}

}  // namespace half_internal

// IEEE binary16.
struct Half {
  uint16_t bits = 0;

  Half() = default;
  template <class T, class = std::enable_if_t<std::is_arithmetic<T>::value>>
  GRADD_HALF_HD explicit Half(T value)
      : bits(half_internal::ToFloat16(static_cast<float>(value))) {}
  GRADD_HALF_HD operator float() const {  // NOLINT(google-explicit-constructor): computes as float
    return half_internal::FromFloat16(bits);
  }
};

// The upper half of a float.
struct BFloat16 {
  uint16_t bits = 0;

  BFloat16() = default;
  template <class T, class = std::enable_if_t<std::is_arithmetic<T>::value>>
  GRADD_HALF_HD explicit BFloat16(T value)
      : bits(half_internal::ToBFloat16(static_cast<float>(value))) {}
  GRADD_HALF_HD operator float() const {  // NOLINT(google-explicit-constructor): computes as float
    return half_internal::FloatOf(static_cast<uint32_t>(bits) << 16);
  }
};

template <class T>
inline constexpr bool kIsHalf = std::is_same_v<T, Half> || std::is_same_v<T, BFloat16>;
// float, double and the 16-bit types.
template <class T>
inline constexpr bool kIsFloatingElement = std::is_floating_point_v<T> || kIsHalf<T>;

// What elements of type T are computed with: float for the 16-bit types, unsigned for integers,
// because their arithmetic wraps.
template <class T>
struct ComputeTypeOf {
  using type = T;
};
template <>
struct ComputeTypeOf<Half> {
  using type = float;
};
template <>
struct ComputeTypeOf<BFloat16> {
  using type = float;
};
template <>
struct ComputeTypeOf<int32_t> {
  using type = uint32_t;
};
template <>
struct ComputeTypeOf<int64_t> {
  using type = uint64_t;
};
template <class T>
using ComputeType = typename ComputeTypeOf<T>::type;

}  // namespace gradd
