// Vectors of doubles from floats in memory.
#pragma once

#include "core/kernels/cpu/simd/lanes.h"

namespace gradd::cpu::GRADD_ISA {

// L::kCount elements, as L's.
template <class L, class T>
L LoadAs(const T* from) {
  using A = typename L::Element;
  if constexpr (sizeof(T) == sizeof(A)) {
    return L::Load(from);
  } else {
#if defined(__AVX2__)
    typedef T Narrow __attribute__((vector_size(kVectorBytes / 2)));
    Narrow narrow;
    __builtin_memcpy(&narrow, from, sizeof narrow);
    return L::Of(__builtin_convertvector(narrow, typename L::Vector));
#else
    return L::Of(static_cast<A>(*from));
#endif
  }
}

// The first `count` of them; the other lanes are 1.
template <class L, class T>
L LoadFirstAs(const T* from, int count) {
  typename L::Element all[L::kCount];
  for (int i = 0; i < L::kCount; ++i) all[i] = i < count ? from[i] : 1;
  return L::Load(all);
}

}  // namespace gradd::cpu::GRADD_ISA
