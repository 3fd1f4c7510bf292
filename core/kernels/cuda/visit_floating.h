// Kernels for floating elements only.
#pragma once

#include "core/spec/dtype.h"

namespace gradd::cuda {

// Calls `f(T{})` with the type of a floating dtype's elements.
template <class F>
void VisitFloating(DType dtype, const F& f) {
  VisitDType(dtype, [&](auto zero) {
    if constexpr (kIsFloatingElement<decltype(zero)>) f(zero);
  });
}

}  // namespace gradd::cuda
