#pragma once

#include "core/ops/scalar.h"

namespace gradd::ops {

struct Exp {
  static constexpr int kArity = 1;
  static constexpr const char* kName = "exp";
  static constexpr const char* kDoc = "e to the power of each element.";
  static constexpr Domain kDomain = Domain::kFloating;

  template <class T>
  GRADD_HD static constexpr T value(T x) {
    return exp(x);
  }
  template <class T>
  GRADD_HD static constexpr Partials<T, 1> derivative(T /*x*/, T y) {
    return {{y}};
  }
};

}  // namespace gradd::ops
