// A vector of numbers that formulas compute with: each operation on all lanes at once, and on each
// lane as on a number alone, so that a result does not depend on an element's place.
//
// Compiled once for each instruction set (functions.h). The transcendental functions are SLEEF's
// within 1.0 ulp, but for sin and cos of floats (trigonometry.h); without vector instructions those
// of the C library.
#pragma once

#include <cstdint>
#include <cstring>
#include <type_traits>

#include "core/ops/scalar.h"

#if defined(__AVX2__)
#include <immintrin.h>
#include <sleef.h>
#endif

namespace gradd::cpu::GRADD_ISA {

#if defined(__AVX512F__)
inline constexpr int kVectorBytes = 64;
#elif defined(__AVX2__)
inline constexpr int kVectorBytes = 32;
#endif

// One number, for processors without wide vectors.
template <class T>
struct OneLane {
  using Element = T;
  static constexpr int kCount = 1;
  T v;

  OneLane() = default;
  explicit OneLane(double number) : v(static_cast<T>(number)) {}
  static OneLane Of(T value) {
    OneLane lane;
    lane.v = value;
    return lane;
  }
  static OneLane Load(const T* from) { return Of(*from); }
  static OneLane LoadFirst(const T* from, int) { return Of(*from); }
  void Store(T* to) const { *to = v; }
  void StoreFirst(T* to, int) const { *to = v; }

  friend OneLane operator+(OneLane a, OneLane b) { return Of(a.v + b.v); }
  friend OneLane operator-(OneLane a, OneLane b) { return Of(a.v - b.v); }
  friend OneLane operator*(OneLane a, OneLane b) { return Of(a.v * b.v); }
  friend OneLane operator/(OneLane a, OneLane b) { return Of(a.v / b.v); }
  friend OneLane operator-(OneLane a) { return Of(-a.v); }
  friend bool operator<(OneLane a, OneLane b) { return a.v < b.v; }
  friend bool operator<=(OneLane a, OneLane b) { return a.v <= b.v; }
  friend bool operator>(OneLane a, OneLane b) { return a.v > b.v; }
  friend bool operator>=(OneLane a, OneLane b) { return a.v >= b.v; }
  friend bool operator==(OneLane a, OneLane b) { return a.v == b.v; }
  friend bool operator!=(OneLane a, OneLane b) { return a.v != b.v; }
  friend OneLane select(bool condition, OneLane a, OneLane b) { return condition ? a : b; }
#define GRADD_LANE(name) \
  friend OneLane name(OneLane x) { return Of(ops::name(x.v)); }
  GRADD_FOR_EACH_SCALAR_FUNCTION(GRADD_LANE)
#undef GRADD_LANE
#define GRADD_LANE(name) \
  friend OneLane name(OneLane a, OneLane b) { return Of(ops::name(a.v, b.v)); }
  GRADD_FOR_EACH_SCALAR_FUNCTION_OF_TWO(GRADD_LANE)
#undef GRADD_LANE
};

#if defined(__AVX2__)

template <class T>
struct MaskElement {
  using type = T;
};
template <>
struct MaskElement<float> {
  using type = int32_t;
};
template <>
struct MaskElement<double> {
  using type = int64_t;
};

template <class T>
struct Mask {
  typedef typename MaskElement<T>::type Bits __attribute__((vector_size(kVectorBytes)));
  Bits v;
  friend Mask operator&(Mask a, Mask b) { return {a.v & b.v}; }
  friend Mask operator|(Mask a, Mask b) { return {a.v | b.v}; }
};

template <class T>
struct Lanes {
  using Element = T;
  static constexpr int kCount = kVectorBytes / sizeof(T);
  typedef T Vector __attribute__((vector_size(kVectorBytes)));
  Vector v;

  Lanes() = default;
  explicit Lanes(double number) : v(Vector{} + static_cast<T>(number)) {}
  static Lanes Of(Vector vector) {
    Lanes lanes;
    lanes.v = vector;
    return lanes;
  }
  static Lanes Load(const T* from) {
    Lanes lanes;
    __builtin_memcpy(&lanes.v, from, kVectorBytes);
    return lanes;
  }
  void Store(T* to) const { __builtin_memcpy(to, &v, kVectorBytes); }
  // The first `count` lanes; the others are 1, which every function can stand.
  static Lanes LoadFirst(const T* from, int count) {
    const Lanes ones(1.0);
#if defined(__AVX512F__)
    if constexpr (sizeof(T) == 4) {
      return Of((Vector)_mm512_mask_loadu_epi32((__m512i)ones.v, FirstLanes(count), from));
    } else {
      return Of((Vector)_mm512_mask_loadu_epi64((__m512i)ones.v, FirstLanes(count), from));
    }
#else
    const __m256i first = FirstLanes(count);
    __m256i loaded;
    if constexpr (sizeof(T) == 4) {
      loaded = _mm256_maskload_epi32(reinterpret_cast<const int*>(from), first);
    } else {
      loaded = _mm256_maskload_epi64(reinterpret_cast<const long long*>(from), first);
    }
    return Of((Vector)_mm256_blendv_epi8((__m256i)ones.v, loaded, first));
#endif
  }
  void StoreFirst(T* to, int count) const {
#if defined(__AVX512F__)
    if constexpr (sizeof(T) == 4) {
      _mm512_mask_storeu_epi32(to, FirstLanes(count), (__m512i)v);
    } else {
      _mm512_mask_storeu_epi64(to, FirstLanes(count), (__m512i)v);
    }
#else
    if constexpr (sizeof(T) == 4) {
      _mm256_maskstore_epi32(reinterpret_cast<int*>(to), FirstLanes(count), (__m256i)v);
    } else {
      _mm256_maskstore_epi64(reinterpret_cast<long long*>(to), FirstLanes(count), (__m256i)v);
    }
#endif
  }
  friend Lanes operator+(Lanes a, Lanes b) { return Of(a.v + b.v); }
  friend Lanes operator-(Lanes a, Lanes b) { return Of(a.v - b.v); }
  friend Lanes operator*(Lanes a, Lanes b) { return Of(a.v * b.v); }
  friend Lanes operator/(Lanes a, Lanes b) { return Of(a.v / b.v); }
  friend Lanes operator-(Lanes a) { return Of(-a.v); }
  friend Mask<T> operator<(Lanes a, Lanes b) { return {a.v < b.v}; }
  friend Mask<T> operator<=(Lanes a, Lanes b) { return {a.v <= b.v}; }
  friend Mask<T> operator>(Lanes a, Lanes b) { return {a.v > b.v}; }
  friend Mask<T> operator>=(Lanes a, Lanes b) { return {a.v >= b.v}; }
  friend Mask<T> operator==(Lanes a, Lanes b) { return {a.v == b.v}; }
  friend Mask<T> operator!=(Lanes a, Lanes b) { return {a.v != b.v}; }
  friend Lanes select(Mask<T> condition, Lanes a, Lanes b) { return Of(condition.v ? a.v : b.v); }
  friend Lanes sign(Lanes x) {
    return select(x > Lanes(0.0), Lanes(1.0), select(x < Lanes(0.0), Lanes(-1.0), Lanes(0.0)));
  }
  friend Lanes maximum(Lanes a, Lanes b) { return select((a != a) | (a > b), a, b); }
  friend Lanes minimum(Lanes a, Lanes b) { return select((a != a) | (a < b), a, b); }

 private:
#if defined(__AVX512F__)
  static auto FirstLanes(int count) {
    return static_cast<std::conditional_t<sizeof(T) == 4, __mmask16, __mmask8>>((1u << count) - 1);
  }
#else
  static __m256i FirstLanes(int count) {
    if constexpr (sizeof(T) == 4) {
      return _mm256_cmpgt_epi32(_mm256_set1_epi32(count),
                                _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
    } else {
      return _mm256_cmpgt_epi64(_mm256_set1_epi64x(count), _mm256_setr_epi64x(0, 1, 2, 3));
    }
  }
#endif
};

// float and double: SLEEF's names differ in the type's letter, the lanes and the instruction set.
#if defined(__AVX512F__)
#define GRADD_SLEEF(function, type, precision) Sleef_##function##type##_##precision##avx512f
#define GRADD_FLOATS f16
#define GRADD_DOUBLES d8
#define GRADD_ROUND_F(x, mode) _mm512_roundscale_ps((__m512)(x), mode)
#define GRADD_ROUND_D(x, mode) _mm512_roundscale_pd((__m512d)(x), mode)
#define GRADD_SQRT_F(x) _mm512_sqrt_ps((__m512)(x))
#define GRADD_SQRT_D(x) _mm512_sqrt_pd((__m512d)(x))
#define GRADD_VECTOR_F __m512
#define GRADD_VECTOR_D __m512d
#else
#define GRADD_SLEEF(function, type, precision) Sleef_##function##type##_##precision##avx2
#define GRADD_FLOATS f8
#define GRADD_DOUBLES d4
#define GRADD_ROUND_F(x, mode) _mm256_round_ps((__m256)(x), mode)
#define GRADD_ROUND_D(x, mode) _mm256_round_pd((__m256d)(x), mode)
#define GRADD_SQRT_F(x) _mm256_sqrt_ps((__m256)(x))
#define GRADD_SQRT_D(x) _mm256_sqrt_pd((__m256d)(x))
#define GRADD_VECTOR_F __m256
#define GRADD_VECTOR_D __m256d
#endif
#define GRADD_SLEEF_NAME(function, type) GRADD_SLEEF(function, type, u10)

#define GRADD_FROM_SLEEF(name) GRADD_FROM_SLEEF_AS(name, name)
#define GRADD_FROM_SLEEF_AS(ours, name)                                                     \
  inline Lanes<float> ours(Lanes<float> x) {                                                \
    return Lanes<float>::Of(                                                                \
        (Lanes<float>::Vector)GRADD_SLEEF_NAME(name, GRADD_FLOATS)((GRADD_VECTOR_F)x.v));   \
  }                                                                                         \
  inline Lanes<double> ours(Lanes<double> x) {                                              \
    return Lanes<double>::Of(                                                               \
        (Lanes<double>::Vector)GRADD_SLEEF_NAME(name, GRADD_DOUBLES)((GRADD_VECTOR_D)x.v)); \
  }
GRADD_FROM_SLEEF_AS(CosByLibrary, cos)
GRADD_FROM_SLEEF(erf)
GRADD_FROM_SLEEF(exp)
GRADD_FROM_SLEEF(expm1)
GRADD_FROM_SLEEF(log)
GRADD_FROM_SLEEF_AS(Log1pByLibrary, log1p)
GRADD_FROM_SLEEF(log2)
GRADD_FROM_SLEEF_AS(SinByLibrary, sin)
GRADD_FROM_SLEEF(tanh)
#undef GRADD_FROM_SLEEF
#undef GRADD_FROM_SLEEF_AS

#define GRADD_ROUNDING(name, mode)                                             \
  inline Lanes<float> name(Lanes<float> x) {                                   \
    return Lanes<float>::Of((Lanes<float>::Vector)GRADD_ROUND_F(x.v, mode));   \
  }                                                                            \
  inline Lanes<double> name(Lanes<double> x) {                                 \
    return Lanes<double>::Of((Lanes<double>::Vector)GRADD_ROUND_D(x.v, mode)); \
  }
GRADD_ROUNDING(ceil, _MM_FROUND_TO_POS_INF | _MM_FROUND_NO_EXC)
GRADD_ROUNDING(floor, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC)
GRADD_ROUNDING(round, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC)
GRADD_ROUNDING(trunc, _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC)
#undef GRADD_ROUNDING

inline Lanes<float> sqrt(Lanes<float> x) {
  return Lanes<float>::Of((Lanes<float>::Vector)GRADD_SQRT_F(x.v));
}
inline Lanes<double> sqrt(Lanes<double> x) {
  return Lanes<double>::Of((Lanes<double>::Vector)GRADD_SQRT_D(x.v));
}
inline Lanes<float> abs(Lanes<float> x) {
  return Lanes<float>::Of((Lanes<float>::Vector)((Mask<float>::Bits)x.v & 0x7FFFFFFF));
}
inline Lanes<double> abs(Lanes<double> x) {
  return Lanes<double>::Of((Lanes<double>::Vector)((Mask<double>::Bits)x.v & INT64_MAX));
}

inline Lanes<double> sin(Lanes<double> x) { return SinByLibrary(x); }
inline Lanes<double> cos(Lanes<double> x) { return CosByLibrary(x); }

// True where a lane is set.
inline bool Any(Mask<float> mask) {
#if defined(__AVX512F__)
  return _mm512_movepi32_mask((__m512i)mask.v) != 0;
#else
  return _mm256_movemask_ps((__m256)mask.v) != 0;
#endif
}
inline bool Any(Mask<double> mask) {
#if defined(__AVX512F__)
  return _mm512_movepi64_mask((__m512i)mask.v) != 0;
#else
  return _mm256_movemask_pd((__m256d)mask.v) != 0;
#endif
}

// As the scalar one: exact to both sides, where exp(-x) would overflow too.
template <class T>
Lanes<T> sigmoid(Lanes<T> x) {
  const Lanes<T> z = exp(-abs(x));
  return select(x >= Lanes<T>(0.0), Lanes<T>(1.0), z) / (Lanes<T>(1.0) + z);
}

// SLEEF's overflows near the largest numbers, where adding 1 makes no difference.
template <class T>
Lanes<T> log1p(Lanes<T> x) {
  const Mask<T> huge = x > Lanes<T>(1e30);
  const Lanes<T> y = Log1pByLibrary(x);
  return Any(huge) ? select(huge, log(x), y) : y;
}

// The small exponents are exact, lane by lane; SLEEF is asked only where there are others.
template <class T, class Power>
Lanes<T> PowLanes(Lanes<T> a, Lanes<T> b, const Power& power) {
  const Mask<T> two = b == Lanes<T>(2.0), one = b == Lanes<T>(1.0), zero = b == Lanes<T>(0.0);
  const Lanes<T> small = select(two, a * a, select(one, a, Lanes<T>(1.0)));
  const Mask<T> is_small = two | one | zero;
  return Any(Mask<T>{~is_small.v}) ? select(is_small, small, power()) : small;
}
inline Lanes<float> pow(Lanes<float> a, Lanes<float> b) {
  return PowLanes(a, b, [&] {
    return Lanes<float>::Of((Lanes<float>::Vector)GRADD_SLEEF_NAME(pow, GRADD_FLOATS)(
        (GRADD_VECTOR_F)a.v, (GRADD_VECTOR_F)b.v));
  });
}
inline Lanes<double> pow(Lanes<double> a, Lanes<double> b) {
  return PowLanes(a, b, [&] {
    return Lanes<double>::Of((Lanes<double>::Vector)GRADD_SLEEF_NAME(pow, GRADD_DOUBLES)(
        (GRADD_VECTOR_D)a.v, (GRADD_VECTOR_D)b.v));
  });
}

using Integers = Lanes<int64_t>;
inline Integers abs(Integers x) { return select(x < Integers(0.0), -x, x); }
inline Integers ceil(Integers x) { return x; }
inline Integers floor(Integers x) { return x; }
inline Integers round(Integers x) { return x; }
inline Integers trunc(Integers x) { return x; }
inline Integers pow(Integers a, Integers b) {
  Integers result;
  for (int i = 0; i < Integers::kCount; ++i) {
    const int64_t base = a.v[i], exponent = b.v[i];
    if (exponent < 0) {
      result.v[i] = base == 1 ? 1 : base == -1 ? (exponent % 2 == 0 ? 1 : -1) : 0;
      continue;
    }
    uint64_t power = 1, square = static_cast<uint64_t>(base);
    for (uint64_t e = static_cast<uint64_t>(exponent); e != 0; e >>= 1) {
      if ((e & 1) != 0) power *= square;
      square *= square;
    }
    result.v[i] = static_cast<int64_t>(power);
  }
  return result;
}

template <class T>
using LanesOf = Lanes<T>;

#else  // no wide vectors

template <class T>
using LanesOf = OneLane<T>;

#endif

}  // namespace gradd::cpu::GRADD_ISA
