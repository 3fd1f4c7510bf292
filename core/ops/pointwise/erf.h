#pragma once

#include "core/ops/scalar.h"

namespace gradd::ops {

struct Erf {
  static constexpr int kArity = 1;
  static constexpr const char* kName = "erf";
  static constexpr const char* kDoc = "The error function of each element.";
  static constexpr Domain kDomain = Domain::kFloating;

  template <class T>
  GRADD_HD static constexpr T value(T x) {
    return erf(x);
  }
  template <class T>
  GRADD_HD static constexpr Partials<T, 1> derivative(T x, T /*y*/) {
    // 2 / sqrt(pi)
    return {{T(1.1283791670955126) * exp(-(x * x))}};
  }
};

}  // namespace gradd::ops
