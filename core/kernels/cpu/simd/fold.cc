#include "core/kernels/cpu/simd/fold.h"

#include <climits>
#include <type_traits>

#include "core/kernels/cpu/simd/widen.h"

namespace gradd::cpu::GRADD_ISA {
namespace {

// Each kind says what an element contributes (on lanes), how contributions are joined (on lanes and
// on numbers) and what none give. L: lanes of the accumulator's type.
template <class L>
struct Sum {
  using A = typename L::Element;
  static constexpr A kNone = 0;
  static L Term(L x, L, L) { return x; }
  template <class V>
  static V Join(V a, V b) {
    return a + b;
  }
};
template <class L>
struct Product : Sum<L> {
  static constexpr typename L::Element kNone = 1;
  template <class V>
  static V Join(V a, V b) {
    return a * b;
  }
};
template <class L>
struct Largest : Sum<L> {
  using A = typename L::Element;
  static constexpr A kNone =
      std::is_same_v<A, double> ? static_cast<A>(-__builtin_inf()) : INT64_MIN;
  static L Join(L a, L b) { return maximum(a, b); }
  static A Join(A a, A b) { return a != a || a > b ? a : b; }
};
template <class L>
struct Smallest : Sum<L> {
  using A = typename L::Element;
  static constexpr A kNone =
      std::is_same_v<A, double> ? static_cast<A>(__builtin_inf()) : INT64_MAX;
  static L Join(L a, L b) { return minimum(a, b); }
  static A Join(A a, A b) { return a != a || a < b ? a : b; }
};
template <class L>
struct NotZero : Sum<L> {
  static L Term(L x, L, L) { return select(x == L(0.0), L(0.0), L(1.0)); }
};
template <class L>
struct SquaresAround : Sum<L> {
  static L Term(L x, L, L center) { return (x - center) * (x - center); }
};
template <class L>
struct ExpAround : Sum<L> {
  static L Term(L x, L, L center) { return exp(x - center); }
};
template <class L>
struct Squares : Sum<L> {
  static L Term(L x, L, L) { return x * x; }
};
template <class L>
struct Magnitudes : Sum<L> {
  static L Term(L x, L, L) { return abs(x); }
};
template <class L>
struct Powers : Sum<L> {
  static L Term(L x, L parameter, L) { return pow(abs(x), parameter); }
};
template <class L>
struct LargestMagnitude : Largest<L> {
  static L Term(L x, L, L) { return abs(x); }
};
template <class L>
struct SmallestMagnitude : Smallest<L> {
  static L Term(L x, L, L) { return abs(x); }
};

template <class T>
using Accumulator = std::conditional_t<std::is_same_v<T, int64_t>, int64_t, double>;

// Numbers that a row is joined into side by side: as many for every instruction set.
constexpr int kParts = 32;

template <template <class> class Kind, class T>
void Row(double parameter, double center, const void* elements, int64_t count, void* accumulator) {
  using A = Accumulator<T>;
  using L = LanesOf<A>;
  using Fold = Kind<L>;
  constexpr int kVectors = kParts / L::kCount;
  const T* const x = static_cast<const T*>(elements);
  const L p(parameter), c(center);
  A parts[kParts];
  for (A& part : parts) part = Fold::kNone;
  int64_t i = 0;
  if (count >= kParts) {
    L joined[kVectors];
    for (int k = 0; k < kVectors; ++k) joined[k] = L::Load(parts + k * L::kCount);
    for (; i + kParts <= count; i += kParts) {
      for (int k = 0; k < kVectors; ++k) {
        joined[k] = Fold::Join(joined[k], Fold::Term(LoadAs<L>(x + i + k * L::kCount), p, c));
      }
    }
    for (int k = 0; k < kVectors; ++k) joined[k].Store(parts + k * L::kCount);
  }
  for (int first = 0; i < count; i += L::kCount, first += L::kCount) {
    const int rest = count - i < L::kCount ? static_cast<int>(count - i) : L::kCount;
    A terms[L::kCount];
    Fold::Term(LoadFirstAs<L>(x + i, rest), p, c).Store(terms);
    for (int k = 0; k < rest; ++k) parts[first + k] = Fold::Join(parts[first + k], terms[k]);
  }
  for (int width = kParts / 2; width > 0; width /= 2) {
    for (int k = 0; k < width; ++k) parts[k] = Fold::Join(parts[k], parts[k + width]);
  }
  A& result = *static_cast<A*>(accumulator);
  result = Fold::Join(result, parts[0]);
}

template <template <class> class Kind, class T>
void Columns(double parameter, const double* centers, const void* elements, int64_t stride,
             int64_t rows, int64_t count, void* accumulators) {
  using A = Accumulator<T>;
  using L = LanesOf<A>;
  using Fold = Kind<L>;
  constexpr int kAtOnce = 4;  // rows: an accumulator is loaded and stored once for all of them
  const T* x = static_cast<const T*>(elements);
  A* const to = static_cast<A*>(accumulators);
  const L p(parameter);
  for (int64_t r = 0; r < rows; r += kAtOnce, x += kAtOnce * stride) {
    const int at_once = rows - r < kAtOnce ? static_cast<int>(rows - r) : kAtOnce;
    int64_t i = 0;
    for (; i + L::kCount <= count; i += L::kCount) {
      L c(0.0);
      if constexpr (std::is_same_v<A, double>) {
        if (centers != nullptr) c = L::Load(centers + i);
      }
      L joined = L::Load(to + i);
      for (int k = 0; k < at_once; ++k) {
        joined = Fold::Join(joined, Fold::Term(LoadAs<L>(x + k * stride + i), p, c));
      }
      joined.Store(to + i);
    }
    if (i == count) continue;
    const int rest = static_cast<int>(count - i);
    L c(0.0);
    if constexpr (std::is_same_v<A, double>) {
      if (centers != nullptr) c = L::LoadFirst(centers + i, rest);
    }
    L joined = L::LoadFirst(to + i, rest);
    for (int k = 0; k < at_once; ++k) {
      joined = Fold::Join(joined, Fold::Term(LoadFirstAs<L>(x + k * stride + i, rest), p, c));
    }
    joined.StoreFirst(to + i, rest);
  }
}

template <template <class> class Kind, class T>
void Join(void* accumulators, const void* others, int64_t count) {
  using A = Accumulator<T>;
  A* const to = static_cast<A*>(accumulators);
  const A* const from = static_cast<const A*>(others);
  for (int64_t i = 0; i < count; ++i) to[i] = Kind<LanesOf<A>>::Join(to[i], from[i]);
}

template <template <class> class Kind, class T>
void Start(void* accumulators, int64_t count) {
  using A = Accumulator<T>;
  A* const to = static_cast<A*>(accumulators);
  for (int64_t i = 0; i < count; ++i) to[i] = Kind<LanesOf<A>>::kNone;
}

template <class T>
void Fill(FoldLoops* loops) {
#define GRADD_FOLD(Kind)                                                                           \
  loops[static_cast<int>(FoldKind::k##Kind)] = {&Start<Kind, T>, &Row<Kind, T>, &Columns<Kind, T>, \
                                                &Join<Kind, T>}
  GRADD_FOLD(Sum);
  GRADD_FOLD(Product);
  GRADD_FOLD(Largest);
  GRADD_FOLD(Smallest);
  GRADD_FOLD(NotZero);
  if constexpr (!std::is_same_v<T, int64_t>) {
    GRADD_FOLD(SquaresAround);
    GRADD_FOLD(ExpAround);
    GRADD_FOLD(Squares);
    GRADD_FOLD(Magnitudes);
    GRADD_FOLD(Powers);
    GRADD_FOLD(LargestMagnitude);
    GRADD_FOLD(SmallestMagnitude);
  }
#undef GRADD_FOLD
}

}  // namespace

FoldTable Folds() {
  FoldTable table = {};
  Fill<float>(table.f32);
  Fill<double>(table.f64);
  Fill<int64_t>(table.i64);
  return table;
}

}  // namespace gradd::cpu::GRADD_ISA
