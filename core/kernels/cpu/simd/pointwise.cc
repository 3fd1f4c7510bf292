// Formulas and their derivatives as loops over vectors.
#include "core/kernels/cpu/simd/pointwise.h"

#include <utility>

#include "core/kernels/cpu/simd/lanes.h"
#include "core/kernels/cpu/simd/trigonometry.h"
#include "core/ops/formula_uses.h"
#include "core/ops/pointwise_list.h"

namespace gradd::cpu::GRADD_ISA {
namespace {

// The value of F; a condition becomes 1 or 0.
template <class F>
struct ValueOf {
  static constexpr int kArity = F::kArity;

  template <class T, class... Rest>
  static T value(T first, Rest... rest) {
    if constexpr (ops::pointwise_internal::kIsPredicate<F>) {
      return select(F::value(first, rest...), T(1.0), T(0.0));
    } else {
      return F::value(first, rest...);
    }
  }
};

// The fused vjp of F by its argument I as a formula of the cotangent and what its derivative uses.
template <class F, int I>
struct VjpOf {
  static constexpr uint32_t kUses = ops::pointwise_internal::kUses<F, I>;
  static constexpr int kArity = 1 + __builtin_popcount(kUses);

  template <class T, class... Rest>
  static T value(T cotangent, Rest... rest) {
    const T used[] = {rest...};
    return Times(cotangent, used, std::make_index_sequence<F::kArity + 1>());
  }
  template <class T, size_t... K>
  static T Times(T cotangent, const T* used, std::index_sequence<K...>) {
    const T partial = F::derivative(Argument<K>(used)...).by[I];
    if constexpr (ops::pointwise_internal::kIsMask<F>) {
      return select(partial == T(0.0), T(0.0), cotangent * partial);
    } else {
      return cotangent * partial;
    }
  }
  template <size_t K, class T>
  static T Argument(const T* used) {
    if constexpr ((kUses >> K & 1) == 0) return T(0.0);
    return used[__builtin_popcount(kUses & ((uint32_t{1} << K) - 1))];
  }
};

template <class Formula, class L, size_t... I>
void Loop(void* out, const void* const* in, int64_t count, std::index_sequence<I...>) {
  using T = typename L::Element;
  T* const to = static_cast<T*>(out);
  const T* const from[] = {static_cast<const T*>(in[I])...};
  int64_t i = 0;
  for (; i + L::kCount <= count; i += L::kCount) {
    Formula::value(L::Load(from[I] + i)...).Store(to + i);
  }
  if (i < count) {
    const int rest = static_cast<int>(count - i);
    Formula::value(L::LoadFirst(from[I] + i, rest)...).StoreFirst(to + i, rest);
  }
}

template <class Formula, class T>
void Block(void* out, const void* const* in, int64_t count) {
  Loop<Formula, LanesOf<T>>(out, in, count, std::make_index_sequence<Formula::kArity>());
}

template <class F, int I>
Blocks VjpBlocks() {
  if constexpr (ops::pointwise_internal::kUses<F, I> != 0) {
    return {&Block<VjpOf<F, I>, float>, &Block<VjpOf<F, I>, double>, nullptr};
  } else {
    return {};  // the partial is a constant, and there is no such op
  }
}

template <class F, size_t... I>
FormulaBlocks BlocksOf(std::index_sequence<I...>) {
  FormulaBlocks blocks = {F::kName, F::kArity, {}, {}};
  blocks.value.f32 = &Block<ValueOf<F>, float>;
  blocks.value.f64 = &Block<ValueOf<F>, double>;
  if constexpr (F::kDomain != ops::Domain::kFloating) {
    blocks.value.i64 = &Block<ValueOf<F>, int64_t>;
  }
  if constexpr (!ops::pointwise_internal::kIsPredicate<F>) {
    ((blocks.vjp[I] = VjpBlocks<F, I>()), ...);
  }
  return blocks;
}

}  // namespace

FormulaTable Formulas() {
#define GRADD_FORMULA(F) BlocksOf<ops::F>(std::make_index_sequence<ops::F::kArity>()),
  static const FormulaBlocks kFormulas[] = {GRADD_FOR_EACH_POINTWISE(GRADD_FORMULA)};
#undef GRADD_FORMULA
  return {kFormulas, sizeof kFormulas / sizeof kFormulas[0]};
}

}  // namespace gradd::cpu::GRADD_ISA
