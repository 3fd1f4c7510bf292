#pragma once

#include "core/ops/scalar.h"

namespace gradd::ops {

struct Softplus {
  static constexpr int kArity = 3;
  static constexpr const char* kName = "softplus";
  static constexpr const char* kInputs[] = {"input", "beta", "threshold"};
  static constexpr double kDefaults[] = {1, 20};
  static constexpr const char* kDoc =
      "log(1 + exp(beta x)) / beta of each element; x where beta x is above the threshold.";
  static constexpr Domain kDomain = Domain::kFloating;

  template <class T>
  GRADD_HD static constexpr T value(T x, T beta, T threshold) {
    return select(x * beta > threshold, x, log1p(exp(x * beta)) / beta);
  }
  template <class T>
  GRADD_HD static constexpr Partials<T, 3> derivative(T x, T beta, T threshold, T y) {
    return {{select(x * beta > threshold, T(1.0), sigmoid(x * beta)),
             select(x * beta > threshold, T(0.0), (x * sigmoid(x * beta) - y) / beta), T(0.0)}};
  }
};

}  // namespace gradd::ops
