#pragma once

#include "core/ops/scalar.h"

namespace gradd::ops {

struct LeakyRelu {
  static constexpr int kArity = 2;
  static constexpr const char* kName = "leaky_relu";
  static constexpr const char* kInputs[] = {"input", "negative_slope"};
  static constexpr double kDefaults[] = {0.01};
  static constexpr const char* kDoc =
      "Each element, or negative_slope times it where it is negative.";
  static constexpr Domain kDomain = Domain::kFloating;

  template <class T>
  GRADD_HD static constexpr T value(T x, T slope) {
    return select(x > T(0.0), x, x * slope);
  }
  template <class T>
  GRADD_HD static constexpr Partials<T, 2> derivative(T x, T slope, T /*y*/) {
    return {{select(x > T(0.0), T(1.0), slope), select(x > T(0.0), T(0.0), x)}};
  }
};

}  // namespace gradd::ops
