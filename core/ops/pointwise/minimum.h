#pragma once

#include "core/ops/scalar.h"

namespace gradd::ops {

struct Minimum {
  static constexpr int kArity = 2;
  static constexpr const char* kName = "minimum";
  static constexpr const char* kDoc = "The lesser of two, NaN where one is NaN.";
  static constexpr bool kIsMask = true;
  static constexpr Domain kDomain = Domain::kAny;

  template <class T>
  GRADD_HD static constexpr T value(T a, T b) {
    return minimum(a, b);
  }
  template <class T>
  GRADD_HD static constexpr Partials<T, 2> derivative(T a, T b, T /*y*/) {
    return {{select(a == b, T(0.5), select(a > b, T(0.0), T(1.0))),
             select(a == b, T(0.5), select(b > a, T(0.0), T(1.0)))}};
  }
};

}  // namespace gradd::ops
