#pragma once

#include "core/ops/scalar.h"

namespace gradd::ops {

struct Pow {
  static constexpr int kArity = 2;
  static constexpr const char* kName = "pow";
  static constexpr const char* kInputs[] = {"input", "exponent"};
  // PyTorch numbers the node by what is a plain number: nothing, the base, the exponent.
  static constexpr int kNodeOverloads[] = {1, 2, 0};
  static constexpr const char* kDoc =
      "The first to the power of the second; exponents 0, 1 and 2 are exact.";
  static constexpr Domain kDomain = Domain::kNumeric;

  template <class T>
  GRADD_HD static constexpr T value(T a, T b) {
    return pow(a, b);
  }
  template <class T>
  GRADD_HD static constexpr Partials<T, 2> derivative(T a, T b, T y) {
    return {{select(b == T(0.0), T(0.0), b * pow(a, b - T(1.0))),
             select((a == T(0.0)) & (b >= T(0.0)), T(0.0), y * log(a))}};
  }
};

}  // namespace gradd::ops
