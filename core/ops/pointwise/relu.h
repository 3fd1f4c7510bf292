#pragma once

#include "core/ops/scalar.h"

namespace gradd::ops {

struct Relu {
  static constexpr int kArity = 1;
  static constexpr const char* kName = "relu";
  static constexpr const char* kDoc = "Each element, or 0 where it is negative.";
  static constexpr bool kIsMask = true;
  static constexpr Domain kDomain = Domain::kNumeric;

  template <class T>
  GRADD_HD static constexpr T value(T x) {
    return maximum(x, T(0.0));
  }
  template <class T>
  GRADD_HD static constexpr Partials<T, 1> derivative(T /*x*/, T y) {
    return {{select(y <= T(0.0), T(0.0), T(1.0))}};
  }
};

}  // namespace gradd::ops
