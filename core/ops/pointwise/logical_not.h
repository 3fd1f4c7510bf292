#pragma once

#include "core/ops/scalar.h"

namespace gradd::ops {

struct LogicalNot {
  static constexpr int kArity = 1;
  static constexpr const char* kName = "logical_not";
  static constexpr const char* kDoc = "Where the element is zero.";
  static constexpr Domain kDomain = Domain::kAny;
  static constexpr bool kIsPredicate = true;

  template <class T>
  GRADD_HD static constexpr auto value(T x) {
    return x == T(0.0);
  }
};

}  // namespace gradd::ops
