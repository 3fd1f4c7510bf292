#pragma once

#include "core/ops/scalar.h"

namespace gradd::ops {

struct Div {
  static constexpr int kArity = 2;
  static constexpr const char* kName = "div";
  static constexpr const char* kDoc =
      "The true quotient of two tensors element by element, with broadcasting.";
  static constexpr Domain kDomain = Domain::kFloating;

  template <class T>
  GRADD_HD static constexpr T value(T a, T b) {
    return a / b;
  }
  template <class T>
  GRADD_HD static constexpr Partials<T, 2> derivative(T a, T b, T /*y*/) {
    return {{T(1.0) / b, -(a / b) / b}};
  }
};

}  // namespace gradd::ops
