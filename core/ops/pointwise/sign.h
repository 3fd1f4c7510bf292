#pragma once

#include "core/ops/scalar.h"

namespace gradd::ops {

struct Sign {
  static constexpr int kArity = 1;
  static constexpr const char* kName = "sign";
  static constexpr const char* kDoc = "1, 0 or -1: the sign of each element.";
  static constexpr Domain kDomain = Domain::kNumeric;

  template <class T>
  GRADD_HD static constexpr T value(T x) {
    return sign(x);
  }
  template <class T>
  GRADD_HD static constexpr Partials<T, 1> derivative(T /*x*/, T /*y*/) {
    return {{T(0.0)}};
  }
};

}  // namespace gradd::ops
