#pragma once

#include "core/ops/scalar.h"

namespace gradd::ops {

struct Where {
  static constexpr int kArity = 3;
  static constexpr const char* kName = "where";
  static constexpr const char* kInputs[] = {"condition", "input", "other"};
  static constexpr int kConditionInput = 0;
  static constexpr const char* kDoc = "The second where the condition holds, else the third.";
  static constexpr bool kIsMask = true;
  static constexpr Domain kDomain = Domain::kAny;

  template <class T>
  GRADD_HD static constexpr T value(T c, T a, T b) {
    return select(c != T(0.0), a, b);
  }
  template <class T>
  GRADD_HD static constexpr Partials<T, 3> derivative(T c, T /*a*/, T /*b*/, T /*y*/) {
    return {{T(0.0), select(c != T(0.0), T(1.0), T(0.0)), select(c != T(0.0), T(0.0), T(1.0))}};
  }
};

}  // namespace gradd::ops
