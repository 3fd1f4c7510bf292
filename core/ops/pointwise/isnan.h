#pragma once

#include "core/ops/scalar.h"

namespace gradd::ops {

struct Isnan {
  static constexpr int kArity = 1;
  static constexpr const char* kName = "isnan";
  static constexpr const char* kDoc = "Where the element is not a number.";
  static constexpr Domain kDomain = Domain::kAny;
  static constexpr bool kIsPredicate = true;

  template <class T>
  GRADD_HD static constexpr auto value(T x) {
    return x != x;
  }
};

}  // namespace gradd::ops
