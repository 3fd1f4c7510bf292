// sin and cos of float vectors, several times faster than the library's and within 2 ulp.
//
// x = n pi/2 + r with |r| <= pi/4. pi/2 is taken in three parts: x - n kHalfPi1 is exact, because
// both are multiples of 2^-24 and the difference is below 1. Source of the reduction: Cody and
// Waite, "Software Manual for the Elementary Functions", 1980; of the polynomials: Moshier, Cephes,
// sinf.
#pragma once

#include "core/kernels/cpu/simd/lanes.h"

#if defined(__AVX2__)

namespace gradd::cpu::GRADD_ISA {

inline Lanes<float> MultiplyAdd(Lanes<float> a, Lanes<float> b, Lanes<float> c) {
#if defined(__AVX512F__)
  return Lanes<float>::Of(
      (Lanes<float>::Vector)_mm512_fmadd_ps((__m512)a.v, (__m512)b.v, (__m512)c.v));
#else
  return Lanes<float>::Of(
      (Lanes<float>::Vector)_mm256_fmadd_ps((__m256)a.v, (__m256)b.v, (__m256)c.v));
#endif
}

// sin(x + quadrants pi/2) for |x| up to kSmallAngle.
inline constexpr double kSmallAngle = 65536;
inline Lanes<float> SineOfSmall(Lanes<float> x, int quadrants) {
  using L = Lanes<float>;
  using Bits = Mask<float>::Bits;
  const L n = round(x * L(0.63661977236758134));
  L r = MultiplyAdd(n, L(-1.57079637050628662109375), x);
  r = MultiplyAdd(n, L(4.37113900018624283e-8), r);
  r = MultiplyAdd(n, L(1.71512451e-15), r);
  r = select(n == L(0.0), x, r);  // -0 stays so
  const L z = r * r;

  L sine = MultiplyAdd(z, L(-1.9515295891e-4), L(8.3321608736e-3));
  sine = MultiplyAdd(sine, z, L(-1.6666654611e-1));
  sine = MultiplyAdd(sine * z, r, r);

  L cosine = MultiplyAdd(z, L(2.443315711809948e-5), L(-1.388731625493765e-3));
  cosine = MultiplyAdd(cosine, z, L(4.166664568298827e-2));
  cosine = MultiplyAdd(cosine * z, z, MultiplyAdd(z, L(-0.5), L(1.0)));

  const Bits quadrant = __builtin_convertvector(n.v, Bits) + quadrants;
  const L value = select(Mask<float>{(quadrant & 1) != 0}, cosine, sine);
  return L::Of((L::Vector)((Bits)value.v ^ ((quadrant & 2) << 30)));
}

inline Lanes<float> sin(Lanes<float> x) {
  const Mask<float> large = abs(x) > Lanes<float>(kSmallAngle);
  const Lanes<float> y = SineOfSmall(x, 0);
  return Any(large) ? select(large, SinByLibrary(x), y) : y;
}
inline Lanes<float> cos(Lanes<float> x) {
  const Mask<float> large = abs(x) > Lanes<float>(kSmallAngle);
  const Lanes<float> y = SineOfSmall(x, 1);
  return Any(large) ? select(large, CosByLibrary(x), y) : y;
}

}  // namespace gradd::cpu::GRADD_ISA

#endif
