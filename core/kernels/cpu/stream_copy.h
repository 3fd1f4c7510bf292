// Writes that go around the cache.
#pragma once

#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace gradd::cpu {

// As memcpy, for a destination that is not read soon: its lines are not fetched to be overwritten.
inline void StreamCopy(char* to, const char* from, int64_t bytes) {
#if defined(__SSE2__)
  if (reinterpret_cast<uintptr_t>(to) % 16 == 0) {
    for (; bytes >= 16; bytes -= 16, to += 16, from += 16) {
      _mm_stream_si128(reinterpret_cast<__m128i*>(to),
                       _mm_loadu_si128(reinterpret_cast<const __m128i*>(from)));
    }
  }
#endif
  std::memcpy(to, from, static_cast<size_t>(bytes));
}

// Such writes are seen by other threads only after this.
inline void StreamFence() {
#if defined(__SSE2__)
  _mm_sfence();
#endif
}

}  // namespace gradd::cpu
