#pragma once

#include "core/ops/scalar.h"

namespace gradd::ops {

struct Gt {
  static constexpr int kArity = 2;
  static constexpr const char* kName = "gt";
  static constexpr const char* kDoc = "Where the first is greater than the second.";
  static constexpr Domain kDomain = Domain::kAny;
  static constexpr bool kIsPredicate = true;

  template <class T>
  GRADD_HD static constexpr auto value(T a, T b) {
    return a > b;
  }
};

}  // namespace gradd::ops
