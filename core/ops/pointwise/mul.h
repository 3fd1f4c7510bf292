#pragma once

#include "core/ops/scalar.h"

namespace gradd::ops {

struct Mul {
  static constexpr int kArity = 2;
  static constexpr const char* kName = "mul";
  static constexpr const char* kDoc =
      "The product of two tensors element by element, with broadcasting.";
  static constexpr Domain kDomain = Domain::kAny;

  template <class T>
  GRADD_HD static constexpr T value(T a, T b) {
    return a * b;
  }
  template <class T>
  GRADD_HD static constexpr Partials<T, 2> derivative(T a, T b, T /*y*/) {
    return {{b, a}};
  }
};

}  // namespace gradd::ops
