// What the derivatives of a formula use, found when it is compiled. Includes no more than formulas
// do, because kernels for several instruction sets are compiled with it.
#pragma once

#include <cstdint>
#include <utility>

#include "core/ops/probe.h"
#include "core/ops/scalar.h"

namespace gradd::ops::pointwise_internal {

// derivative(arguments..., output) of formula F, with arguments[0..kArity] in an array.
template <class F, class T, size_t... I>
constexpr Partials<T, F::kArity> Derivative(const T* arguments, std::index_sequence<I...>) {
  return F::derivative(arguments[I]...);
}
template <class F, class T>
constexpr Partials<T, F::kArity> Derivative(const T* arguments) {
  return Derivative<F>(arguments, std::make_index_sequence<F::kArity + 1>());
}

// True of formulas whose value is a condition: they have no derivative.
template <class F>
inline constexpr bool kIsPredicate = requires {
  requires F::kIsPredicate;
};

// True of formulas that choose among their arguments (kIsMask): where a partial derivative is 0 the
// gradient is 0, whatever the cotangent is, as in PyTorch. An infinite one would give NaN.
template <class F>
inline constexpr bool kIsMask = requires {
  requires F::kIsMask;
};

// What the partial derivative of F by argument I uses: bits 0..arity-1: the arguments; bit arity:
// the output.
template <class F, int I>
inline constexpr uint32_t kUses = [] {
  return []<size_t... A>(std::index_sequence<A...>) {
    const Probe probes[] = {Probe::Argument(A)...};
    return Derivative<F>(probes).by[I].uses();
  }
  (std::make_index_sequence<F::kArity + 1>());
}();

}  // namespace gradd::ops::pointwise_internal
