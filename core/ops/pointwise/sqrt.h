#pragma once

#include "core/ops/scalar.h"

namespace gradd::ops {

struct Sqrt {
  static constexpr int kArity = 1;
  static constexpr const char* kName = "sqrt";
  static constexpr const char* kDoc = "The square root of each element.";
  static constexpr Domain kDomain = Domain::kFloating;

  template <class T>
  GRADD_HD static constexpr T value(T x) {
    return sqrt(x);
  }
  template <class T>
  GRADD_HD static constexpr Partials<T, 1> derivative(T /*x*/, T y) {
    return {{T(0.5) / y}};
  }
};

}  // namespace gradd::ops
