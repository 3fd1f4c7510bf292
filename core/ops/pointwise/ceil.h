#pragma once

#include "core/ops/scalar.h"

namespace gradd::ops {

struct Ceil {
  static constexpr int kArity = 1;
  static constexpr const char* kName = "ceil";
  static constexpr const char* kDoc = "Each element rounded up to an integer.";
  static constexpr Domain kDomain = Domain::kNumeric;

  template <class T>
  GRADD_HD static constexpr T value(T x) {
    return ceil(x);
  }
  template <class T>
  GRADD_HD static constexpr Partials<T, 1> derivative(T /*x*/, T /*y*/) {
    return {{T(0.0)}};
  }
};

}  // namespace gradd::ops
