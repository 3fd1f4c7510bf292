#pragma once

#include "core/ops/scalar.h"

namespace gradd::ops {

struct Cos {
  static constexpr int kArity = 1;
  static constexpr const char* kName = "cos";
  static constexpr const char* kDoc = "The cosine of each element, in radians.";
  static constexpr Domain kDomain = Domain::kFloating;

  template <class T>
  GRADD_HD static constexpr T value(T x) {
    return cos(x);
  }
  template <class T>
  GRADD_HD static constexpr Partials<T, 1> derivative(T x, T /*y*/) {
    return {{-sin(x)}};
  }
};

}  // namespace gradd::ops
