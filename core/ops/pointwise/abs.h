#pragma once

#include "core/ops/scalar.h"

namespace gradd::ops {

struct Abs {
  static constexpr int kArity = 1;
  static constexpr const char* kName = "abs";
  static constexpr const char* kDoc = "The absolute value of each element.";
  static constexpr Domain kDomain = Domain::kNumeric;

  template <class T>
  GRADD_HD static constexpr T value(T x) {
    return abs(x);
  }
  template <class T>
  GRADD_HD static constexpr Partials<T, 1> derivative(T x, T /*y*/) {
    return {{sign(x)}};
  }
};

}  // namespace gradd::ops
