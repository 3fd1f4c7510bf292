// Formulas and their fused vjps as functions of numbers, or of vectors of them: what every
// backend's pointwise kernels compute. Includes no more than formulas do, because kernels for
// several instruction sets are compiled with it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "core/ops/formula_uses.h"

namespace gradd {

// The value of F; a condition becomes 1 or 0.
template <class F>
struct FormulaValue {
  static constexpr int kArity = F::kArity;
  static constexpr bool kIsPredicate = ops::pointwise_internal::kIsPredicate<F>;

  template <class T, class... Rest>
  GRADD_HD static T value(T first, Rest... rest) {
    if constexpr (kIsPredicate) {
      using ops::select;  // for plain numbers; vectors bring theirs
      return select(F::value(first, rest...), T(1.0), T(0.0));
    } else {
      return F::value(first, rest...);
    }
  }
};

// The fused vjp of F by its argument I as a formula of the cotangent and what its derivative uses.
template <class F, int I>
struct FormulaVjp {
  static constexpr uint32_t kUses = ops::pointwise_internal::kUses<F, I>;
  static constexpr int kArity = 1 + __builtin_popcount(kUses);
  static constexpr bool kIsPredicate = false;

  template <class T, class... Rest>
  GRADD_HD static T value(T cotangent, Rest... rest) {
    const T used[] = {rest...};
    return Times(cotangent, used, std::make_index_sequence<F::kArity + 1>());
  }

 private:
  template <class T, size_t... K>
  GRADD_HD static T Times(T cotangent, const T* used, std::index_sequence<K...>) {
    const T partial = F::derivative(Argument<K>(used)...).by[I];
    if constexpr (ops::pointwise_internal::kIsMask<F>) {
      using ops::select;
      return select(partial == T(0.0), T(0.0), cotangent * partial);
    } else {
      return cotangent * partial;
    }
  }
  template <size_t K, class T>
  GRADD_HD static T Argument(const T* used) {
    if constexpr ((kUses >> K & 1) == 0) return T(0.0);
    return used[__builtin_popcount(kUses & ((uint32_t{1} << K) - 1))];
  }
};

}  // namespace gradd
