// Host memory for tensors.
#pragma once

#include <cstddef>

namespace gradd {

// Aligned to 64 bytes where that pays; null when there is none left.
void* AllocateHost(size_t bytes);
void FreeHost(void* memory);

}  // namespace gradd
