#pragma once

#include "core/ops/scalar.h"

namespace gradd::ops {

struct LogicalOr {
  static constexpr int kArity = 2;
  static constexpr const char* kName = "logical_or";
  static constexpr const char* kDoc = "Where one is not zero.";
  static constexpr Domain kDomain = Domain::kAny;
  static constexpr bool kIsPredicate = true;

  template <class T>
  GRADD_HD static constexpr auto value(T a, T b) {
    return (a != T(0.0)) | (b != T(0.0));
  }
};

}  // namespace gradd::ops
