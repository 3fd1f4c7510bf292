#pragma once

#include "core/ops/scalar.h"

namespace gradd::ops {

struct Silu {
  static constexpr int kArity = 1;
  static constexpr const char* kName = "silu";
  static constexpr const char* kDoc = "x * sigmoid(x) of each element.";
  static constexpr Domain kDomain = Domain::kFloating;

  template <class T>
  GRADD_HD static constexpr T value(T x) {
    return x * sigmoid(x);
  }
  template <class T>
  GRADD_HD static constexpr Partials<T, 1> derivative(T x, T /*y*/) {
    return {{sigmoid(x) * (T(1.0) + x * (T(1.0) - sigmoid(x)))}};
  }
};

}  // namespace gradd::ops
