#pragma once

#include "core/ops/scalar.h"

namespace gradd::ops {

struct Reciprocal {
  static constexpr int kArity = 1;
  static constexpr const char* kName = "reciprocal";
  static constexpr const char* kDoc = "1 / x of each element.";
  static constexpr Domain kDomain = Domain::kFloating;

  template <class T>
  GRADD_HD static constexpr T value(T x) {
    return T(1.0) / x;
  }
  template <class T>
  GRADD_HD static constexpr Partials<T, 1> derivative(T /*x*/, T y) {
    return {{-(y * y)}};
  }
};

}  // namespace gradd::ops
