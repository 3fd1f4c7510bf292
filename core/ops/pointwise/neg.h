#pragma once

#include "core/ops/scalar.h"

namespace gradd::ops {

struct Neg {
  static constexpr int kArity = 1;
  static constexpr const char* kName = "neg";
  static constexpr const char* kDoc = "The negative of each element.";
  static constexpr Domain kDomain = Domain::kNumeric;

  template <class T>
  GRADD_HD static constexpr T value(T x) {
    return -x;
  }
  template <class T>
  GRADD_HD static constexpr Partials<T, 1> derivative(T /*x*/, T /*y*/) {
    return {{T(-1.0)}};
  }
};

}  // namespace gradd::ops
