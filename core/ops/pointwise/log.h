#pragma once

#include "core/ops/scalar.h"

namespace gradd::ops {

struct Log {
  static constexpr int kArity = 1;
  static constexpr const char* kName = "log";
  static constexpr const char* kDoc = "The natural logarithm of each element.";
  static constexpr Domain kDomain = Domain::kFloating;

  template <class T>
  GRADD_HD static constexpr T value(T x) {
    return log(x);
  }
  template <class T>
  GRADD_HD static constexpr Partials<T, 1> derivative(T x, T /*y*/) {
    return {{T(1.0) / x}};
  }
};

}  // namespace gradd::ops
