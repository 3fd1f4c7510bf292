#pragma once

#include "core/ops/scalar.h"

namespace gradd::ops {

struct ClampMin {
  static constexpr int kArity = 2;
  static constexpr const char* kName = "clamp_min";
  static constexpr const char* kInputs[] = {"input", "min"};
  static constexpr const char* kNodeName = "ClampBackward1";
  static constexpr const char* kDoc = "Each element, not below min.";
  static constexpr bool kIsMask = true;
  static constexpr Domain kDomain = Domain::kNumeric;

  template <class T>
  GRADD_HD static constexpr T value(T x, T low) {
    return maximum(x, low);
  }
  template <class T>
  GRADD_HD static constexpr Partials<T, 2> derivative(T x, T low, T /*y*/) {
    // At a bound the gradient is 0, as in PyTorch.
    return {{select(x > low, T(1.0), T(0.0)), select(x < low, T(1.0), T(0.0))}};
  }
};

}  // namespace gradd::ops
