// Several elements that are loaded and stored at once.
#pragma once

#include <cstdint>

namespace gradd::cuda {

template <class T, int kItems>
struct alignas(sizeof(T) * kItems) Pack {
  T item[kItems];
};

// Whether memory begins where a Pack of kItems elements may.
template <class T, int kItems>
bool IsAligned(const void* memory) {
  return reinterpret_cast<uintptr_t>(memory) % sizeof(Pack<T, kItems>) == 0;
}

}  // namespace gradd::cuda
