#pragma once

#include "core/ops/scalar.h"

namespace gradd::ops {

struct Sigmoid {
  static constexpr int kArity = 1;
  static constexpr const char* kName = "sigmoid";
  static constexpr const char* kDoc = "1 / (1 + exp(-x)) of each element.";
  static constexpr Domain kDomain = Domain::kFloating;

  template <class T>
  GRADD_HD static constexpr T value(T x) {
    return sigmoid(x);
  }
  template <class T>
  GRADD_HD static constexpr Partials<T, 1> derivative(T /*x*/, T y) {
    return {{y * (T(1.0) - y)}};
  }
};

}  // namespace gradd::ops
