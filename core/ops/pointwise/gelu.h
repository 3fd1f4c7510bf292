#pragma once

#include "core/ops/scalar.h"

namespace gradd::ops {

struct Gelu {
  static constexpr int kArity = 1;
  static constexpr const char* kName = "gelu";
  static constexpr const char* kDoc = "x * P(X <= x) of each element, for a normal X.";
  static constexpr Domain kDomain = Domain::kFloating;

  template <class T>
  GRADD_HD static constexpr T value(T x) {
    return T(0.5) * x * (T(1.0) + erf(x * T(0.7071067811865476)));
  }
  template <class T>
  GRADD_HD static constexpr Partials<T, 1> derivative(T x, T /*y*/) {
    // 1 / sqrt(2) and 1 / sqrt(2 pi)
    return {{T(0.5) * (T(1.0) + erf(x * T(0.7071067811865476))) +
             x * T(0.3989422804014327) * exp(T(-0.5) * x * x)}};
  }
};

}  // namespace gradd::ops
