#pragma once

#include "core/ops/scalar.h"

namespace gradd::ops {

struct Expm1 {
  static constexpr int kArity = 1;
  static constexpr const char* kName = "expm1";
  static constexpr const char* kDoc = "exp(x) - 1 of each element, exact near 0.";
  static constexpr Domain kDomain = Domain::kFloating;

  template <class T>
  GRADD_HD static constexpr T value(T x) {
    return expm1(x);
  }
  template <class T>
  GRADD_HD static constexpr Partials<T, 1> derivative(T /*x*/, T y) {
    return {{y + T(1.0)}};
  }
};

}  // namespace gradd::ops
