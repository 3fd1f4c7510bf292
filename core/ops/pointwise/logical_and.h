#pragma once

#include "core/ops/scalar.h"

namespace gradd::ops {

struct LogicalAnd {
  static constexpr int kArity = 2;
  static constexpr const char* kName = "logical_and";
  static constexpr const char* kDoc = "Where neither is zero.";
  static constexpr Domain kDomain = Domain::kAny;
  static constexpr bool kIsPredicate = true;

  template <class T>
  GRADD_HD static constexpr auto value(T a, T b) {
    return (a != T(0.0)) & (b != T(0.0));
  }
};

}  // namespace gradd::ops
