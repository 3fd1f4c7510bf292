#pragma once

#include "core/ops/scalar.h"

namespace gradd::ops {

struct Round {
  static constexpr int kArity = 1;
  static constexpr const char* kName = "round";
  static constexpr const char* kDoc =
      "Each element rounded to the nearest integer, halves to the even one.";
  static constexpr Domain kDomain = Domain::kNumeric;

  template <class T>
  GRADD_HD static constexpr T value(T x) {
    return round(x);
  }
  template <class T>
  GRADD_HD static constexpr Partials<T, 1> derivative(T /*x*/, T /*y*/) {
    return {{T(0.0)}};
  }
};

}  // namespace gradd::ops
