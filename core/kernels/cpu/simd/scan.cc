#include "core/kernels/cpu/simd/scan.h"

namespace gradd::cpu::GRADD_ISA {
namespace {

// A running sum waits for each addition. Four parts of a block are added up side by side, and get
// what came before them afterwards.
template <class T, class A>
void Along(const void* elements, void* sum, void* out, int64_t count) {
  constexpr int kParts = 4;
  constexpr int64_t kMost = 512;
  const T* const x = static_cast<const T*>(elements);
  T* const to = static_cast<T*>(out);
  A sums[kMost];
  const int64_t part = count / kParts;
  A running[kParts] = {};
  for (int64_t i = 0; i < part; ++i) {
    for (int k = 0; k < kParts; ++k)
      sums[k * part + i] = running[k] += static_cast<A>(x[k * part + i]);
  }
  A before = *static_cast<A*>(sum);
  for (int k = 0; k < kParts; ++k) {
    for (int64_t i = k * part; i < (k + 1) * part; ++i) to[i] = static_cast<T>(sums[i] + before);
    before += running[k];
  }
  for (int64_t i = kParts * part; i < count; ++i) {
    to[i] = static_cast<T>(before += static_cast<A>(x[i]));
  }
  *static_cast<A*>(sum) = before;
}

template <class T, class A>
void Across(const void* elements, void* sums, void* out, int64_t count) {
  const T* const x = static_cast<const T*>(elements);
  A* const running = static_cast<A*>(sums);
  T* const to = static_cast<T*>(out);
  for (int64_t i = 0; i < count; ++i) {
    running[i] += static_cast<A>(x[i]);
    to[i] = static_cast<T>(running[i]);
  }
}

template <class T, class A>
constexpr ScanLoops LoopsFor() {
  return {&Along<T, A>, &Across<T, A>};
}

}  // namespace

ScanTable Scans() {
  return {LoopsFor<float, double>(), LoopsFor<double, double>(), LoopsFor<int64_t, int64_t>()};
}

}  // namespace gradd::cpu::GRADD_ISA
