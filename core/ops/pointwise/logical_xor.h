#pragma once

#include "core/ops/scalar.h"

namespace gradd::ops {

struct LogicalXor {
  static constexpr int kArity = 2;
  static constexpr const char* kName = "logical_xor";
  static constexpr const char* kDoc = "Where just one is not zero.";
  static constexpr Domain kDomain = Domain::kAny;
  static constexpr bool kIsPredicate = true;

  template <class T>
  GRADD_HD static constexpr auto value(T a, T b) {
    return select(a != T(0.0), T(1.0), T(0.0)) != select(b != T(0.0), T(1.0), T(0.0));
  }
};

}  // namespace gradd::ops
