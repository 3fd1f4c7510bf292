#pragma once

#include "core/ops/scalar.h"

namespace gradd::ops {

struct Eq {
  static constexpr int kArity = 2;
  static constexpr const char* kName = "eq";
  static constexpr const char* kDoc = "Where the two are equal.";
  static constexpr Domain kDomain = Domain::kAny;
  static constexpr bool kIsPredicate = true;

  template <class T>
  GRADD_HD static constexpr auto value(T a, T b) {
    return a == b;
  }
};

}  // namespace gradd::ops
