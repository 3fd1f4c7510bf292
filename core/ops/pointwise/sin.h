#pragma once

#include "core/ops/scalar.h"

namespace gradd::ops {

struct Sin {
  static constexpr int kArity = 1;
  static constexpr const char* kName = "sin";
  static constexpr const char* kDoc = "The sine of each element, in radians.";
  static constexpr Domain kDomain = Domain::kFloating;

  template <class T>
  GRADD_HD static constexpr T value(T x) {
    return sin(x);
  }
  template <class T>
  GRADD_HD static constexpr Partials<T, 1> derivative(T x, T /*y*/) {
    return {{cos(x)}};
  }
};

}  // namespace gradd::ops
