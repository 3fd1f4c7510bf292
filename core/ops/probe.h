// A scalar-like type that records which arguments a formula uses.
//
// Instead of declaring by hand what a derivative needs, each formula's derivative is run once on
// Probes: a recorded node then saves exactly what its vjp will read, and a derivative that uses
// nothing is known to be a constant.
#pragma once

#include <cstdint>

#include "core/ops/scalar.h"

namespace gradd::ops {

class Probe {
 public:
  constexpr Probe(double) {}  // NOLINT(google-explicit-constructor): constants in formulas
  static constexpr Probe Argument(int i) {
    Probe probe(0);
    probe.uses_ = uint32_t{1} << i;
    return probe;
  }
  // Bit i: argument i was used.
  constexpr uint32_t uses() const { return uses_; }

  friend constexpr Probe operator+(Probe a, Probe b) { return Union(a, b); }
  friend constexpr Probe operator-(Probe a, Probe b) { return Union(a, b); }
  friend constexpr Probe operator*(Probe a, Probe b) { return Union(a, b); }
  friend constexpr Probe operator/(Probe a, Probe b) { return Union(a, b); }
  friend constexpr Probe operator-(Probe a) { return a; }
#define GRADD_PROBE(function) \
  friend constexpr Probe function(Probe x) { return x; }
  GRADD_FOR_EACH_SCALAR_FUNCTION(GRADD_PROBE)
#undef GRADD_PROBE
#define GRADD_PROBE(function) \
  friend constexpr Probe function(Probe a, Probe b) { return Union(a, b); }
  GRADD_FOR_EACH_SCALAR_FUNCTION_OF_TWO(GRADD_PROBE)
  GRADD_PROBE(operator<)
  GRADD_PROBE(operator<=)
  GRADD_PROBE(operator>)
  GRADD_PROBE(operator>=)
  GRADD_PROBE(operator==)
  GRADD_PROBE(operator!=)
  GRADD_PROBE(operator&)
  GRADD_PROBE(operator|)
#undef GRADD_PROBE
  friend constexpr Probe select(Probe condition, Probe a, Probe b) {
    return Union(condition, Union(a, b));
  }

 private:
  static constexpr Probe Union(Probe a, Probe b) {
    a.uses_ |= b.uses_;
    return a;
  }
  uint32_t uses_ = 0;
};

}  // namespace gradd::ops
