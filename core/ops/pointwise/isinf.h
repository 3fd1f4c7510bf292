#pragma once

#include "core/ops/scalar.h"

namespace gradd::ops {

struct Isinf {
  static constexpr int kArity = 1;
  static constexpr const char* kName = "isinf";
  static constexpr const char* kDoc = "Where the element is infinite.";
  static constexpr Domain kDomain = Domain::kAny;
  static constexpr bool kIsPredicate = true;

  template <class T>
  GRADD_HD static constexpr auto value(T x) {
    return (x == x) & (x - x != x - x);
  }
};

}  // namespace gradd::ops
