#pragma once

#include "core/ops/scalar.h"

namespace gradd::ops {

struct Sub {
  static constexpr int kArity = 2;
  static constexpr const char* kName = "sub";
  static constexpr const char* kDoc = "The difference of two tensors, with broadcasting.";
  static constexpr Domain kDomain = Domain::kNumeric;

  template <class T>
  GRADD_HD static constexpr T value(T a, T b) {
    return a - b;
  }
  template <class T>
  GRADD_HD static constexpr Partials<T, 2> derivative(T /*a*/, T /*b*/, T /*y*/) {
    return {{T(1.0), T(-1.0)}};
  }
};

}  // namespace gradd::ops
