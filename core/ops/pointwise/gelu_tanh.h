#pragma once

#include "core/ops/scalar.h"

namespace gradd::ops {

struct GeluTanh {
  static constexpr int kArity = 1;
  static constexpr const char* kName = "gelu_tanh";
  static constexpr const char* kNodeName = "GeluBackward0";
  static constexpr const char* kDoc = "gelu by the approximation with tanh.";
  static constexpr Domain kDomain = Domain::kFloating;

  template <class T>
  GRADD_HD static constexpr T value(T x) {
    return T(0.5) * x * (T(1.0) + tanh(T(0.7978845608028654) * (x + T(0.044715) * x * x * x)));
  }
  template <class T>
  GRADD_HD static constexpr Partials<T, 1> derivative(T x, T /*y*/) {
    const T t = tanh(T(0.7978845608028654) * (x + T(0.044715) * x * x * x));
    const T inner = T(0.7978845608028654) * (T(1.0) + T(0.134145) * x * x);
    return {{T(0.5) * (T(1.0) + t) + T(0.5) * x * (T(1.0) - t * t) * inner}};
  }
};

}  // namespace gradd::ops
