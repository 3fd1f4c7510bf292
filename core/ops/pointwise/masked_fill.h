#pragma once

#include "core/ops/scalar.h"

namespace gradd::ops {

struct MaskedFill {
  static constexpr int kArity = 3;
  static constexpr const char* kName = "masked_fill";
  static constexpr const char* kInputs[] = {"input", "mask", "value"};
  static constexpr int kConditionInput = 1;
  static constexpr const char* kDoc =
      "The input, with the value in its place where the mask holds.";
  static constexpr bool kIsMask = true;
  static constexpr Domain kDomain = Domain::kAny;

  template <class T>
  GRADD_HD static constexpr T value(T x, T m, T v) {
    return select(m != T(0.0), v, x);
  }
  template <class T>
  GRADD_HD static constexpr Partials<T, 3> derivative(T /*x*/, T m, T /*v*/, T /*y*/) {
    return {{select(m != T(0.0), T(0.0), T(1.0)), T(0.0), select(m != T(0.0), T(1.0), T(0.0))}};
  }
};

}  // namespace gradd::ops
