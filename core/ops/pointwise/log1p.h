#pragma once

#include "core/ops/scalar.h"

namespace gradd::ops {

struct Log1p {
  static constexpr int kArity = 1;
  static constexpr const char* kName = "log1p";
  static constexpr const char* kNodeName = "Log1PBackward0";
  static constexpr const char* kDoc = "log(1 + x) of each element, exact near 0.";
  static constexpr Domain kDomain = Domain::kFloating;

  template <class T>
  GRADD_HD static constexpr T value(T x) {
    return log1p(x);
  }
  template <class T>
  GRADD_HD static constexpr Partials<T, 1> derivative(T x, T /*y*/) {
    return {{T(1.0) / (x + T(1.0))}};
  }
};

}  // namespace gradd::ops
