#pragma once

#include "core/ops/scalar.h"

namespace gradd::ops {

struct ClampMax {
  static constexpr int kArity = 2;
  static constexpr const char* kName = "clamp_max";
  static constexpr const char* kInputs[] = {"input", "max"};
  static constexpr const char* kNodeName = "ClampBackward1";
  static constexpr const char* kDoc = "Each element, not above max.";
  static constexpr bool kIsMask = true;
  static constexpr Domain kDomain = Domain::kNumeric;

  template <class T>
  GRADD_HD static constexpr T value(T x, T high) {
    return minimum(x, high);
  }
  template <class T>
  GRADD_HD static constexpr Partials<T, 2> derivative(T x, T high, T /*y*/) {
    // At a bound the gradient is 0, as in PyTorch.
    return {{select(x < high, T(1.0), T(0.0)), select(x > high, T(1.0), T(0.0))}};
  }
};

}  // namespace gradd::ops
