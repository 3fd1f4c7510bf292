#pragma once

#include "core/ops/scalar.h"

namespace gradd::ops {

struct Ne {
  static constexpr int kArity = 2;
  static constexpr const char* kName = "ne";
  static constexpr const char* kDoc = "Where the two differ.";
  static constexpr Domain kDomain = Domain::kAny;
  static constexpr bool kIsPredicate = true;

  template <class T>
  GRADD_HD static constexpr auto value(T a, T b) {
    return a != b;
  }
};

}  // namespace gradd::ops
