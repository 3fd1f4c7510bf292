// Into what products are split.
#pragma once

#include <cstdint>

namespace gradd::cpu::gemm {

// A sum over the inner dimension is the sum of the sums of equal blocks of at most this size; a
// tile's factors are then small enough for the first two caches.
inline constexpr int64_t kMaxInner = 384;
// What one thread takes at a time: 0.1 to 0.5 ms, and packed factors that fit the second cache.
inline constexpr int64_t kBlockRows = 96, kBlockColumns = 240;
// What is packed at a time, multiples of blocks, which bounds the scratch memory.
inline constexpr int64_t kPartRows = 3840, kPartColumns = 3840, kPartInnerBlocks = 1;

inline int64_t Blocks(int64_t size, int64_t block) { return (size + block - 1) / block; }
inline int64_t RoundUp(int64_t size, int64_t unit) { return Blocks(size, unit) * unit; }
inline int64_t InnerBlock(int64_t inner) { return Blocks(inner, Blocks(inner, kMaxInner)); }

}  // namespace gradd::cpu::gemm
