#pragma once

#include "core/ops/scalar.h"

namespace gradd::ops {

struct Rsqrt {
  static constexpr int kArity = 1;
  static constexpr const char* kName = "rsqrt";
  static constexpr const char* kDoc = "The reciprocal of the square root of each element.";
  static constexpr Domain kDomain = Domain::kFloating;

  template <class T>
  GRADD_HD static constexpr T value(T x) {
    return T(1.0) / sqrt(x);
  }
  template <class T>
  GRADD_HD static constexpr Partials<T, 1> derivative(T /*x*/, T y) {
    return {{T(-0.5) * y * y * y}};
  }
};

}  // namespace gradd::ops
