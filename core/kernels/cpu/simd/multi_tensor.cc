#include "core/kernels/cpu/simd/multi_tensor.h"

#include <utility>

#include "core/kernels/cpu/simd/functions.h"
#include "core/kernels/cpu/simd/lanes.h"

namespace gradd::cpu::GRADD_ISA {
namespace {

template <class L, class Update, size_t... K>
void Loop(const Update& update, const UpdateStretch& stretch, std::index_sequence<K...>) {
  using T = typename L::Element;
  T* const parameters = static_cast<T*>(stretch.parameter);
  const T* const gradients = static_cast<const T*>(stretch.gradient);
  [[maybe_unused]] T* const states[] = {static_cast<T*>(stretch.states[K])..., nullptr};
  int64_t i = 0;
  for (; i + L::kCount <= stretch.count; i += L::kCount) {
    L parameter = L::Load(parameters + i);
    [[maybe_unused]] L state[] = {L::Load(states[K] + i)..., L(0.0)};
    update(parameter, L::Load(gradients + i), state[K]...);
    parameter.Store(parameters + i);
    (state[K].Store(states[K] + i), ...);
  }
  if (i == stretch.count) return;
  const int rest = static_cast<int>(stretch.count - i);
  L parameter = L::LoadFirst(parameters + i, rest);
  [[maybe_unused]] L state[] = {L::LoadFirst(states[K] + i, rest)..., L(0.0)};
  update(parameter, L::LoadFirst(gradients + i, rest), state[K]...);
  parameter.StoreFirst(parameters + i, rest);
  (state[K].StoreFirst(states[K] + i, rest), ...);
}

template <class L, class Update>
void Run(const Update& update, const UpdateStretch& stretch) {
  Loop<L>(update, stretch, std::make_index_sequence<Update::kStates>());
}

template <class L>
void Sgd(const SgdNumbers& numbers, bool momentum, const UpdateStretch& stretch) {
  momentum ? Run<L>(SgdUpdate<L, true>(numbers), stretch)
           : Run<L>(SgdUpdate<L, false>(numbers), stretch);
}

template <class L>
void Adam(const AdamNumbers& numbers, bool amsgrad, const UpdateStretch& stretch) {
  amsgrad ? Run<L>(AdamUpdate<L, true>(numbers), stretch)
          : Run<L>(AdamUpdate<L, false>(numbers), stretch);
}

template <class L>
void Rmsprop(const RmspropNumbers& numbers, bool momentum, bool centered,
             const UpdateStretch& stretch) {
  if (momentum) {
    centered ? Run<L>(RmspropUpdate<L, true, true>(numbers), stretch)
             : Run<L>(RmspropUpdate<L, true, false>(numbers), stretch);
  } else {
    centered ? Run<L>(RmspropUpdate<L, false, true>(numbers), stretch)
             : Run<L>(RmspropUpdate<L, false, false>(numbers), stretch);
  }
}

// elements[i] = f(elements[i]).
template <class L, class F>
void ForEachLane(void* elements, int64_t count, const F& f) {
  auto* const x = static_cast<typename L::Element*>(elements);
  int64_t i = 0;
  for (; i + L::kCount <= count; i += L::kCount) f(L::Load(x + i)).Store(x + i);
  if (i == count) return;
  const int rest = static_cast<int>(count - i);
  f(L::LoadFirst(x + i, rest)).StoreFirst(x + i, rest);
}

template <class L>
void Scale(double factor, void* elements, int64_t count) {
  ForEachLane<L>(elements, count, [factor = L(factor)](L x) { return x * factor; });
}

template <class L>
void Clamp(double limit, void* elements, int64_t count) {
  ForEachLane<L>(elements, count, [upper = L(limit), lower = L(-limit)](L x) {
    return minimum(maximum(x, lower), upper);
  });
}

template <class T>
constexpr UpdateLoops LoopsFor() {
  using L = LanesOf<T>;
  return {&Sgd<L>, &Adam<L>, &Rmsprop<L>, &Scale<L>, &Clamp<L>};
}

using Doubles = LanesOf<double>;

// Numbers that are added up side by side: as many for every instruction set.
constexpr int kSums = 8;
static_assert(kSums % Doubles::kCount == 0);

// How an element contributes to a norm, and how contributions are put together.
struct Squares {
  static constexpr double kNone = 0;
  Doubles Term(Doubles x) const { return x * x; }
  static double Join(double a, double b) { return a + b; }
  static Doubles Join(Doubles a, Doubles b) { return a + b; }
};
struct Magnitudes : Squares {
  Doubles Term(Doubles x) const { return abs(x); }
};
struct Powers : Squares {
  explicit Powers(double number) : order(number) {}
  Doubles Term(Doubles x) const { return pow(abs(x), order); }
  Doubles order;
};
struct NotZero : Squares {
  Doubles Term(Doubles x) const { return select(x == Doubles(0.0), Doubles(0.0), Doubles(1.0)); }
};
struct Largest : Magnitudes {
  static double Join(double a, double b) { return a != a || a > b ? a : b; }
  static Doubles Join(Doubles a, Doubles b) { return maximum(a, b); }
};
struct Smallest : Magnitudes {
  static constexpr double kNone = __builtin_inf();
  static double Join(double a, double b) { return a != a || a < b ? a : b; }
  static Doubles Join(Doubles a, Doubles b) { return minimum(a, b); }
};

template <class Norm>
double Terms(const Norm& norm, const double* x, int64_t count) {
  constexpr int kLanes = Doubles::kCount;
  Doubles joined[kSums / kLanes];
  for (Doubles& lanes : joined) lanes = Doubles(Norm::kNone);
  int64_t i = 0;
  for (; i + kSums <= count; i += kSums) {
    for (int k = 0; k < kSums / kLanes; ++k) {
      joined[k] = Norm::Join(joined[k], norm.Term(Doubles::Load(x + i + k * kLanes)));
    }
  }
  double sums[kSums];
  for (int k = 0; k < kSums / kLanes; ++k) joined[k].Store(sums + k * kLanes);
  for (int k = 0; i < count; ++i, ++k) {
    double term[kLanes];
    norm.Term(Doubles::LoadFirst(x + i, 1)).Store(term);
    sums[k] = Norm::Join(sums[k], term[0]);
  }
  double total = sums[0];
  for (int k = 1; k < kSums; ++k) total = Norm::Join(total, sums[k]);
  return total;
}

double NormTerms(double order, const double* x, int64_t count) {
  if (order == 2) return Terms(Squares(), x, count);
  if (order == 1) return Terms(Magnitudes(), x, count);
  if (order == 0) return Terms(NotZero(), x, count);
  if (order == __builtin_inf()) return Terms(Largest(), x, count);
  if (order == -__builtin_inf()) return Terms(Smallest(), x, count);
  return Terms(Powers(order), x, count);
}

}  // namespace

MultiTensorLoops MultiTensor() { return {LoopsFor<float>(), LoopsFor<double>(), &NormTerms}; }

}  // namespace gradd::cpu::GRADD_ISA
