// Numbers that carry two directional derivatives and the mixed second one, exactly.
//
// For directions u and v, f(x + u e1 + v e2) with e1^2 = e2^2 = 0 has the parts f, <grad f, u>,
// <grad f, v> and u^T H v. Forward mode on plain numbers: independent of everything that Gradd
// does. Source: Fike and Alonso, "The development of hyper-dual numbers for exact second-derivative
// calculations", 2011.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

namespace gradd::testing {

struct HyperDual {
  double f = 0, e1 = 0, e2 = 0, e12 = 0;

  HyperDual() = default;
  HyperDual(double value) : f(value) {}  // NOLINT(google-explicit-constructor)
  HyperDual(double f, double e1, double e2, double e12) : f(f), e1(e1), e2(e2), e12(e12) {}

  friend HyperDual operator+(const HyperDual& a, const HyperDual& b) {
    return {a.f + b.f, a.e1 + b.e1, a.e2 + b.e2, a.e12 + b.e12};
  }
  friend HyperDual operator-(const HyperDual& a) { return {-a.f, -a.e1, -a.e2, -a.e12}; }
  friend HyperDual operator-(const HyperDual& a, const HyperDual& b) { return a + -b; }
  friend HyperDual operator*(const HyperDual& a, const HyperDual& b) {
    return {a.f * b.f, a.e1 * b.f + a.f * b.e1, a.e2 * b.f + a.f * b.e2,
            a.e12 * b.f + a.e1 * b.e2 + a.e2 * b.e1 + a.f * b.e12};
  }
  friend HyperDual operator/(const HyperDual& a, const HyperDual& b) {
    return a * b.Chain(1 / b.f, -1 / (b.f * b.f), 2 / (b.f * b.f * b.f));
  }

  // g(*this), given g and its first two derivatives at f.
  HyperDual Chain(double g, double g1, double g2) const {
    return {g, g1 * e1, g1 * e2, g1 * e12 + g2 * e1 * e2};
  }
};

inline HyperDual sin(const HyperDual& x) {
  return x.Chain(std::sin(x.f), std::cos(x.f), -std::sin(x.f));
}
inline HyperDual cos(const HyperDual& x) {
  return x.Chain(std::cos(x.f), -std::sin(x.f), -std::cos(x.f));
}
inline HyperDual exp(const HyperDual& x) {
  const double e = std::exp(x.f);
  return x.Chain(e, e, e);
}
inline HyperDual expm1(const HyperDual& x) {
  const double e = std::exp(x.f);
  return x.Chain(std::expm1(x.f), e, e);
}
inline HyperDual log(const HyperDual& x) {
  return x.Chain(std::log(x.f), 1 / x.f, -1 / (x.f * x.f));
}
inline HyperDual log1p(const HyperDual& x) {
  const double y = 1 + x.f;
  return x.Chain(std::log1p(x.f), 1 / y, -1 / (y * y));
}
inline HyperDual sqrt(const HyperDual& x) {
  const double s = std::sqrt(x.f);
  return x.Chain(s, 0.5 / s, -0.25 / (s * x.f));
}
inline HyperDual tanh(const HyperDual& x) {
  const double t = std::tanh(x.f), slope = 1 - t * t;
  return x.Chain(t, slope, -2 * t * slope);
}
inline HyperDual erf(const HyperDual& x) {
  const double slope = M_2_SQRTPI * std::exp(-x.f * x.f);
  return x.Chain(std::erf(x.f), slope, -2 * x.f * slope);
}
inline HyperDual sigmoid(const HyperDual& x) {
  const double s = 1 / (1 + std::exp(-x.f)), slope = s * (1 - s);
  return x.Chain(s, slope, slope * (1 - 2 * s));
}
inline HyperDual abs(const HyperDual& x) { return x.f < 0 ? -x : x; }
// The base is positive, or the exponent a whole number without derivatives.
inline HyperDual pow(const HyperDual& x, const HyperDual& y) {
  if (x.f > 0) return exp(y * log(x));
  const double n = y.f;
  return x.Chain(std::pow(x.f, n), n * std::pow(x.f, n - 1), n * (n - 1) * std::pow(x.f, n - 2));
}

// The logarithm of the sum of exponentials, of which none overflows.
inline HyperDual LogSumExp(const std::vector<HyperDual>& x) {
  double largest = x[0].f;
  for (const HyperDual& each : x) largest = std::max(largest, each.f);
  HyperDual sum;
  for (const HyperDual& each : x) sum = sum + exp(each - HyperDual(largest));
  return log(sum) + HyperDual(largest);
}

}  // namespace gradd::testing
