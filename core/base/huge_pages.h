// Fewer page faults for large blocks of memory.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <cstdint>

namespace gradd {

inline constexpr size_t kHugePageBytes = size_t{2} << 20;

// Asks for huge pages in what of the block is whole ones. Touching 64 MB for the first time costs
// 16,384 faults otherwise, which take longer than filling it. Only advice: nothing fails.
inline void PreferHugePages(void* memory, size_t bytes) {
  constexpr uintptr_t kMask = kHugePageBytes - 1;
  const uintptr_t begin = (reinterpret_cast<uintptr_t>(memory) + kMask) & ~kMask;
  const uintptr_t end = (reinterpret_cast<uintptr_t>(memory) + bytes) & ~kMask;
  if (begin < end) (void)madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);
}

}  // namespace gradd
