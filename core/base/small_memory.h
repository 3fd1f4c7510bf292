// Memory for small objects that come and go by the thousand: nodes, tensors, cells, buffers.
//
// malloc's cache of a thread holds seven blocks of a size; a graph of a thousand nodes that is
// freed and recorded again goes past it, through locks and coalescing, for each.
#pragma once

#include <cstddef>

namespace gradd {

inline constexpr size_t kMaxSmallBytes = 512;

// Aligned to 16 bytes. Larger requests go to the global operator new. What is freed waits, up to
// half a megabyte for each size, for the same thread's next request. Null when there is no memory.
void* AllocateSmall(size_t bytes) noexcept;
// `bytes` as they were given to AllocateSmall, by this thread or another.
void FreeSmall(void* memory, size_t bytes) noexcept;

}  // namespace gradd
