// Counter-based random numbers: element i of a tensor is a function of (seed, offset, i) alone.
//
// Only integer arithmetic, + - * / and sqrt in double and fma, all exactly rounded, so every device
// computes the same bits.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>

#include "core/ops/scalar.h"

namespace gradd {

struct PhiloxBlock {
  uint32_t word[4];
};

// Philox4x32-10. Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3",
// SC'11.
GRADD_HD inline PhiloxBlock Philox(uint64_t seed, uint64_t offset, uint64_t counter) {
  PhiloxBlock x = {{static_cast<uint32_t>(counter), static_cast<uint32_t>(counter >> 32),
                    static_cast<uint32_t>(offset), static_cast<uint32_t>(offset >> 32)}};
  uint32_t key0 = static_cast<uint32_t>(seed);
  uint32_t key1 = static_cast<uint32_t>(seed >> 32);
  for (int round = 0; round < 10; ++round) {
    const uint64_t product0 = uint64_t{0xD2511F53u} * x.word[0];
    const uint64_t product1 = uint64_t{0xCD9E8D57u} * x.word[2];
    x = {{static_cast<uint32_t>(product1 >> 32) ^ x.word[1] ^ key0, static_cast<uint32_t>(product1),
          static_cast<uint32_t>(product0 >> 32) ^ x.word[3] ^ key1,
          static_cast<uint32_t>(product0)}};
    key0 += 0x9E3779B9u;
    key1 += 0xBB67AE85u;
  }
  return x;
}

// A block holds two numbers of 64 bits.
GRADD_HD inline uint64_t Bits64(const PhiloxBlock& block, int k) {
  return uint64_t{block.word[2 * k]} << 32 | block.word[2 * k + 1];
}

// Uniform in (0, 1), never 0 or 1: the middle of one of 2^52 equal intervals.
GRADD_HD inline double OpenUniform(uint64_t bits) {
  return (static_cast<double>(bits >> 12) + 0.5) * 0x1p-52;
}

// Uniform in [0, 1): multiples of 2^-53, or of 2^-24.
GRADD_HD inline double UniformDouble(uint64_t bits) {
  return static_cast<double>(bits >> 11) * 0x1p-53;
}
GRADD_HD inline float UniformFloat(uint32_t bits) {
  return static_cast<float>(bits >> 8) * 0x1p-24f;
}

// Natural logarithm for x in (0, 1], to about 1e-15: x = m 2^e with m in [sqrt(1/2), sqrt(2)), and
// log m = 2 artanh((m - 1) / (m + 1)) by its series.
GRADD_HD inline double LogForNormals(double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  int exponent = static_cast<int>(bits >> 52) - 1023;
  bits = (bits & 0x000FFFFFFFFFFFFFu) | 0x3FF0000000000000u;
  double m;
  memcpy(&m, &bits, sizeof m);
  if (m > 1.4142135623730951) {
    m *= 0.5;
    ++exponent;
  }
  const double s = (m - 1.0) / (m + 1.0);
  const double z = s * s;
  double series = 1.0 / 21.0;
  for (int k = 19; k >= 1; k -= 2) series = fma(series, z, 1.0 / k);
  return fma(static_cast<double>(exponent), 0.6931471805599453, 2.0 * s * series);
}

// Inverse of the normal distribution function for p in (0, 1), relative error about 1e-16.
// Source: Wichura, "Algorithm AS 241: The percentage points of the normal distribution", 1988
// (PPND16).
GRADD_HD inline double NormalQuantile(double p) {
  const double q = p - 0.5;
  if (fabs(q) <= 0.425) {
    const double r = 0.180625 - q * q;
    double n = 2509.0809287301226727;
    n = fma(n, r, 33430.575583588128105);
    n = fma(n, r, 67265.770927008700853);
    n = fma(n, r, 45921.953931549871457);
    n = fma(n, r, 13731.693765509461125);
    n = fma(n, r, 1971.5909503065514427);
    n = fma(n, r, 133.14166789178437745);
    n = fma(n, r, 3.387132872796366608);
    double d = 5226.495278852854561;
    d = fma(d, r, 28729.085735721942674);
    d = fma(d, r, 39307.89580009271061);
    d = fma(d, r, 21213.794301586595867);
    d = fma(d, r, 5394.1960214247511077);
    d = fma(d, r, 687.1870074920579083);
    d = fma(d, r, 42.313330701600911252);
    d = fma(d, r, 1.0);
    return q * n / d;
  }
  double r = sqrt(-LogForNormals(q < 0 ? p : 1.0 - p));
  double n, d;
  if (r <= 5.0) {
    r -= 1.6;
    n = 7.7454501427834140764e-4;
    n = fma(n, r, 0.0227238449892691845833);
    n = fma(n, r, 0.24178072517745061177);
    n = fma(n, r, 1.27045825245236838258);
    n = fma(n, r, 3.64784832476320460504);
    n = fma(n, r, 5.7694972214606914055);
    n = fma(n, r, 4.6303378461565452959);
    n = fma(n, r, 1.42343711074968357734);
    d = 1.05075007164441684324e-9;
    d = fma(d, r, 5.475938084995344946e-4);
    d = fma(d, r, 0.0151986665636164571966);
    d = fma(d, r, 0.14810397642748007459);
    d = fma(d, r, 0.68976733498510000455);
    d = fma(d, r, 1.6763848301838038494);
    d = fma(d, r, 2.05319162663775882187);
    d = fma(d, r, 1.0);
  } else {
    r -= 5.0;
    n = 2.01033439929228813265e-7;
    n = fma(n, r, 2.71155556874348757815e-5);
    n = fma(n, r, 0.0012426609473880784386);
    n = fma(n, r, 0.026532189526576123093);
    n = fma(n, r, 0.29656057182850489123);
    n = fma(n, r, 1.7848265399172913358);
    n = fma(n, r, 5.4637849111641143699);
    n = fma(n, r, 6.6579046435011037772);
    d = 2.04426310338993978564e-15;
    d = fma(d, r, 1.4215117583164458887e-7);
    d = fma(d, r, 1.8463183175100546818e-5);
    d = fma(d, r, 7.868691311456132591e-4);
    d = fma(d, r, 0.0148753612908506148525);
    d = fma(d, r, 0.13692988092273580531);
    d = fma(d, r, 0.59983220655588793769);
    d = fma(d, r, 1.0);
  }
  const double x = n / d;
  return q < 0 ? -x : x;
}

}  // namespace gradd
