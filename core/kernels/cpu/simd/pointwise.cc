// Formulas and their derivatives as loops over vectors.
#include "core/kernels/cpu/simd/pointwise.h"

#include <utility>

#include "core/kernels/cpu/simd/lanes.h"
#include "core/kernels/cpu/simd/trigonometry.h"
#include "core/kernels/functors/formula.h"
#include "core/ops/pointwise_list.h"

namespace gradd::cpu::GRADD_ISA {
namespace {

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
    return {&Block<FormulaVjp<F, I>, float>, &Block<FormulaVjp<F, I>, double>, nullptr};
  } else {
    return {};  // the partial is a constant, and there is no such op
  }
}

template <class F, size_t... I>
FormulaBlocks BlocksOf(std::index_sequence<I...>) {
  FormulaBlocks blocks = {F::kName, F::kArity, {}, {}};
  blocks.value.f32 = &Block<FormulaValue<F>, float>;
  blocks.value.f64 = &Block<FormulaValue<F>, double>;
  if constexpr (F::kDomain != ops::Domain::kFloating) {
    blocks.value.i64 = &Block<FormulaValue<F>, int64_t>;
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
