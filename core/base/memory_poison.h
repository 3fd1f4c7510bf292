// Memory that AddressSanitizer reports any use of; nothing in other builds.
#pragma once

#include <cstddef>

#if defined(__SANITIZE_ADDRESS__)
#define GRADD_ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define GRADD_ADDRESS_SANITIZER 1
#endif
#endif

#ifdef GRADD_ADDRESS_SANITIZER
#include <sanitizer/asan_interface.h>
#endif

namespace gradd {

// `memory` is aligned to 8 bytes. Poisoned memory must be unpoisoned before it goes back to malloc.
inline void PoisonMemory([[maybe_unused]] void* memory, [[maybe_unused]] size_t bytes) {
#ifdef GRADD_ADDRESS_SANITIZER
  __asan_poison_memory_region(memory, bytes);
#endif
}
inline void UnpoisonMemory([[maybe_unused]] void* memory, [[maybe_unused]] size_t bytes) {
#ifdef GRADD_ADDRESS_SANITIZER
  __asan_unpoison_memory_region(memory, bytes);
#endif
}

}  // namespace gradd
