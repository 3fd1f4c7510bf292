#include "core/kernels/cpu/simd/softmax.h"

#include "core/kernels/cpu/simd/lanes.h"

namespace gradd::cpu::GRADD_ISA {
namespace {

// Elements whose sum is taken in their own type before it is added to a double: few enough for the
// error not to grow with the row.
constexpr int64_t kRun = 256;
// Numbers that are added up side by side: as many for every instruction set.
constexpr int kParts = 16;

// Calls visit(vector, i, lanes) for the vectors of a row; the last one may have fewer lanes.
template <class L, class Visit>
void ForEachVector(int64_t count, const Visit& visit) {
  int64_t i = 0;
  for (; i + L::kCount <= count; i += L::kCount) visit(i, L::kCount);
  if (i < count) visit(i, static_cast<int>(count - i));
}

template <class L>
L LoadSome(const typename L::Element* from, int lanes) {
  return lanes == L::kCount ? L::Load(from) : L::LoadFirst(from, lanes);
}
template <class L>
void StoreSome(L x, typename L::Element* to, int lanes) {
  if (lanes == L::kCount) {
    x.Store(to);
  } else {
    x.StoreFirst(to, lanes);
  }
}

// The sum of term(i, lanes) over a row, in an order that depends on `count` only.
template <class L, class Term>
double SumOf(int64_t count, const Term& term) {
  using T = typename L::Element;
  constexpr int kVectors = kParts / L::kCount;
  double total = 0;
  for (int64_t begin = 0; begin < count; begin += kRun) {
    const int64_t end = begin + kRun < count ? begin + kRun : count;
    L sums[kVectors];
    for (L& sum : sums) sum = L(0.0);
    int64_t i = begin;
    for (; i + kParts <= end; i += kParts) {
      for (int k = 0; k < kVectors; ++k) {
        sums[k] = sums[k] + term(i + k * L::kCount, L::kCount);
      }
    }
    T parts[kParts];
    for (int k = 0; k < kVectors; ++k) sums[k].Store(parts + k * L::kCount);
    for (int first = 0; i < end; i += L::kCount, first += L::kCount) {
      const int rest = end - i < L::kCount ? static_cast<int>(end - i) : L::kCount;
      T terms[L::kCount];
      term(i, rest).Store(terms);
      for (int k = 0; k < rest; ++k) parts[first + k] += terms[k];
    }
    for (int width = kParts / 2; width > 0; width /= 2) {
      for (int k = 0; k < width; ++k) parts[k] += parts[k + width];
    }
    total += parts[0];
  }
  return total;
}

template <class L>
double LargestOf(const void* elements, int64_t count) {
  using T = typename L::Element;
  const T* const x = static_cast<const T*>(elements);
  constexpr int kVectors = 4;
  L largest[kVectors];
  for (L& lanes : largest) lanes = L(-__builtin_inf());
  int64_t i = 0;
  for (; i + kVectors * L::kCount <= count; i += kVectors * L::kCount) {
    for (int k = 0; k < kVectors; ++k) {
      largest[k] = maximum(largest[k], L::Load(x + i + k * L::kCount));
    }
  }
  for (int k = 1; k < kVectors; ++k) largest[0] = maximum(largest[0], largest[k]);
  T lanes[L::kCount];
  largest[0].Store(lanes);
  T result = lanes[0];
  const auto join = [&result](T y) { result = result != result || result > y ? result : y; };
  for (int k = 1; k < L::kCount; ++k) join(lanes[k]);
  for (; i < count; ++i) join(x[i]);
  return result;
}

template <class L>
double Exp(const void* elements, double shift, void* out, int64_t count) {
  using T = typename L::Element;
  const T* const x = static_cast<const T*>(elements);
  T* const to = static_cast<T*>(out);
  const L by(shift);
  return SumOf<L>(count, [&](int64_t i, int lanes) {
    const L y = exp(LoadSome<L>(x + i, lanes) - by);
    StoreSome(y, to + i, lanes);
    return y;
  });
}

template <class L>
void Scale(const void* elements, double factor, void* out, int64_t count) {
  using T = typename L::Element;
  const T* const x = static_cast<const T*>(elements);
  T* const to = static_cast<T*>(out);
  const L by(factor);
  ForEachVector<L>(count, [&](int64_t i, int lanes) {
    StoreSome(LoadSome<L>(x + i, lanes) * by, to + i, lanes);
  });
}

template <class L>
void Shift(const void* elements, double shift, double other_shift, void* out, int64_t count) {
  using T = typename L::Element;
  const T* const x = static_cast<const T*>(elements);
  T* const to = static_cast<T*>(out);
  const L by(shift), then(other_shift);
  ForEachVector<L>(count, [&](int64_t i, int lanes) {
    StoreSome(LoadSome<L>(x + i, lanes) - by - then, to + i, lanes);
  });
}

template <class L>
double Sum(const void* elements, int64_t count) {
  const auto* const x = static_cast<const typename L::Element*>(elements);
  return SumOf<L>(count, [&](int64_t i, int lanes) { return LoadSome<L>(x + i, lanes); });
}

template <class L>
double Dot(const void* elements, const void* others, int64_t count) {
  const auto* const x = static_cast<const typename L::Element*>(elements);
  const auto* const y = static_cast<const typename L::Element*>(others);
  return SumOf<L>(count, [&](int64_t i, int lanes) {
    return LoadSome<L>(x + i, lanes) * LoadSome<L>(y + i, lanes);
  });
}

template <class L>
void SoftmaxVjp(const void* cotangent, const void* output, double dot, void* out, int64_t count) {
  using T = typename L::Element;
  const T* const g = static_cast<const T*>(cotangent);
  const T* const y = static_cast<const T*>(output);
  T* const to = static_cast<T*>(out);
  const L by(dot);
  ForEachVector<L>(count, [&](int64_t i, int lanes) {
    StoreSome(LoadSome<L>(y + i, lanes) * (LoadSome<L>(g + i, lanes) - by), to + i, lanes);
  });
}

template <class L>
void LogSoftmaxVjp(const void* cotangent, const void* output, double sum, void* out,
                   int64_t count) {
  using T = typename L::Element;
  const T* const g = static_cast<const T*>(cotangent);
  const T* const y = static_cast<const T*>(output);
  T* const to = static_cast<T*>(out);
  const L by(sum);
  ForEachVector<L>(count, [&](int64_t i, int lanes) {
    StoreSome(LoadSome<L>(g + i, lanes) - exp(LoadSome<L>(y + i, lanes)) * by, to + i, lanes);
  });
}

template <class L>
constexpr SoftmaxLoops LoopsFor() {
  return {&LargestOf<L>, &Exp<L>, &Scale<L>,      &Shift<L>,
          &Sum<L>,       &Dot<L>, &SoftmaxVjp<L>, &LogSoftmaxVjp<L>};
}

}  // namespace

SoftmaxTable Softmaxes() { return {LoopsFor<LanesOf<float>>(), LoopsFor<LanesOf<double>>()}; }

}  // namespace gradd::cpu::GRADD_ISA
