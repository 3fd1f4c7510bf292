#pragma once

#include "core/ops/scalar.h"

namespace gradd::ops {

struct Clamp {
  static constexpr int kArity = 3;
  static constexpr const char* kName = "clamp";
  static constexpr const char* kInputs[] = {"input", "min", "max"};
  static constexpr const char* kNodeName = "ClampBackward1";
  static constexpr const char* kDoc = "Each element, not below min nor above max.";
  static constexpr bool kIsMask = true;
  static constexpr Domain kDomain = Domain::kNumeric;

  template <class T>
  GRADD_HD static constexpr T value(T x, T low, T high) {
    return minimum(maximum(x, low), high);
  }
  template <class T>
  GRADD_HD static constexpr Partials<T, 3> derivative(T x, T low, T high, T /*y*/) {
    // At a bound the gradient is 0, as in PyTorch.
    return {{select((x > low) & (x < high), T(1.0), T(0.0)),
             select((x < low) & (low < high), T(1.0), T(0.0)),
             select((x > high) | (high < low), T(1.0), T(0.0))}};
  }
};

}  // namespace gradd::ops
