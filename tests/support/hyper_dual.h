// Numbers that carry two directional derivatives and the mixed second one, exactly.
//
// For directions u and v, f(x + u e1 + v e2) with e1^2 = e2^2 = 0 has the parts f, <grad f, u>,
// <grad f, v> and u^T H v. Forward mode on plain numbers: independent of everything that Gradd
// does. Source: Fike and Alonso, "The development of hyper-dual numbers for exact second-derivative
// calculations", 2011.
#pragma once

#include <cmath>

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

}  // namespace gradd::testing
