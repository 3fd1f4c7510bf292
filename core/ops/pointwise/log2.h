#pragma once

#include "core/ops/scalar.h"

namespace gradd::ops {

struct Log2 {
  static constexpr int kArity = 1;
  static constexpr const char* kName = "log2";
  static constexpr const char* kDoc = "The logarithm to base 2 of each element.";
  static constexpr Domain kDomain = Domain::kFloating;

  template <class T>
  GRADD_HD static constexpr T value(T x) {
    return log2(x);
  }
  template <class T>
  GRADD_HD static constexpr Partials<T, 1> derivative(T x, T /*y*/) {
    // 1 / log(2)
    return {{T(1.4426950408889634) / x}};
  }
};

}  // namespace gradd::ops
