// The loops of tiles.h, compiled once for each instruction set (core/kernels/cpu/simd/functions.h)
// and with products and sums fused: here that is always meant.
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "core/kernels/cpu/gemm/tiles.h"

namespace gradd::cpu::GRADD_ISA {
namespace {

using gemm::kDotLanes;
using gemm::Tile;
using gemm::Tiles;

#if defined(__AVX512F__)
constexpr int64_t kVectorBytes = 64;
#elif defined(__AVX2__)
constexpr int64_t kVectorBytes = 32;
#else
constexpr int64_t kVectorBytes = 16;
#endif

template <class T, int64_t kBytes>
struct VectorOf {
  typedef T Type __attribute__((vector_size(kBytes)));
  // The same in memory, where it has no alignment but that of its elements.
  typedef T Unaligned __attribute__((vector_size(kBytes), aligned(alignof(T)), may_alias));
};

template <class T, int kRows, int kVectors>
void MultiplyTile(int64_t inner, const T* left, int64_t left_row, int64_t left_inner,
                  const T* right, int64_t right_inner, T* out, int64_t out_row, bool accumulate) {
  using Vector = typename VectorOf<T, kVectorBytes>::Type;
  using Unaligned = typename VectorOf<T, kVectorBytes>::Unaligned;
  constexpr int64_t kLanes = kVectorBytes / sizeof(T);
  Vector sum[kRows][kVectors];
#pragma GCC unroll 16
  for (int i = 0; i < kRows; ++i) {
#pragma GCC unroll 4
    for (int j = 0; j < kVectors; ++j) sum[i][j] = Vector{};
  }
  // Where the sums go is seldom in the first cache, and there is time to get it.
  if (inner >= 64) {
    for (int i = 0; i < kRows; ++i) {
      for (int j = 0; j < kVectors; ++j) __builtin_prefetch(out + i * out_row + j * kLanes, 1);
    }
  }
  for (int64_t p = 0; p < inner; ++p) {
    Vector columns[kVectors];
#pragma GCC unroll 4
    for (int j = 0; j < kVectors; ++j) {
      columns[j] = *reinterpret_cast<const Unaligned*>(right + j * kLanes);
    }
#pragma GCC unroll 16
    for (int i = 0; i < kRows; ++i) {
      const Vector row = left[i * left_row] - Vector{};  // broadcast
#pragma GCC unroll 4
      for (int j = 0; j < kVectors; ++j) sum[i][j] += row * columns[j];
    }
    left += left_inner;
    right += right_inner;
  }
#pragma GCC unroll 16
  for (int i = 0; i < kRows; ++i) {
#pragma GCC unroll 4
    for (int j = 0; j < kVectors; ++j) {
      auto* const to = reinterpret_cast<Unaligned*>(out + i * out_row + j * kLanes);
      *to = accumulate ? *to + sum[i][j] : sum[i][j];
    }
  }
}

// The elements' sum, halves first.
template <class T, class V>
inline __attribute__((always_inline)) T SumOf(V vector) {
  if constexpr (sizeof(V) == sizeof(T)) {
    return vector[0];
  } else {
    using Half = typename VectorOf<T, sizeof(V) / 2>::Type;
    Half halves[2];
    std::memcpy(halves, &vector, sizeof(V));
    return SumOf<T>(halves[0] + halves[1]);
  }
}

template <class T, int kCount>
void Dots(int64_t inner, const T* line, const T* others, int64_t other, T* sums) {
  constexpr int64_t kLanes = kVectorBytes / sizeof(T);
  constexpr int64_t kVectors = kDotLanes / kLanes;
  using Vector = typename VectorOf<T, kVectorBytes>::Type;
  using Unaligned = typename VectorOf<T, kVectorBytes>::Unaligned;
  Vector partial[kCount][kVectors] = {};
  const auto add = [&](int64_t p, int64_t vector, const T* from, const T* to, int64_t to_stride) {
    const Vector factor = *reinterpret_cast<const Unaligned*>(from + p);
#pragma GCC unroll 4
    for (int i = 0; i < kCount; ++i) {
      partial[i][vector] += factor * *reinterpret_cast<const Unaligned*>(to + i * to_stride + p);
    }
  };
  int64_t p = 0;
  for (; p + kDotLanes <= inner; p += kDotLanes) {
#pragma GCC unroll 16
    for (int64_t j = 0; j < kVectors; ++j) add(p + j * kLanes, j, line, others, other);
  }
  if (p < inner) {
    // The rest, made up with zeros.
    T rest[1 + kCount][kDotLanes] = {};
    const size_t bytes = sizeof(T) * static_cast<size_t>(inner - p);
    std::memcpy(rest[0], line + p, bytes);
    for (int i = 0; i < kCount; ++i) std::memcpy(rest[1 + i], others + i * other + p, bytes);
    for (int64_t j = 0; j < kVectors; ++j) add(j * kLanes, j, rest[0], rest[1], kDotLanes);
  }
#pragma GCC unroll 4
  for (int i = 0; i < kCount; ++i) {
    for (int64_t width = kVectors / 2; width > 0; width /= 2) {
      for (int64_t j = 0; j < width; ++j) partial[i][j] += partial[i][j + width];
    }
    sums[i] = SumOf<T>(partial[i][0]);
  }
}

// Left to itself the compiler fuses some of a loop's and not others.
template <class T>
T MultiplyAdd(T a, T b, T c) {
#if defined(__FMA__)
  if constexpr (std::is_same_v<T, float>) return __builtin_fmaf(a, b, c);
  if constexpr (std::is_same_v<T, double>) return __builtin_fma(a, b, c);
#endif
  return a * b + c;
}

template <class T>
void MultiplyTiny(int64_t rows, int64_t columns, int64_t inner, const T* left, int64_t left_row,
                  int64_t left_inner, const T* right, int64_t right_inner, int64_t right_column,
                  T* out, int64_t out_row, int64_t out_column) {
  for (int64_t i = 0; i < rows; ++i) {
    for (int64_t j = 0; j < columns; ++j) {
      T sum = 0;
      for (int64_t p = 0; p < inner; ++p) {
        sum = MultiplyAdd(left[i * left_row + p * left_inner],
                          right[p * right_inner + j * right_column], sum);
      }
      out[i * out_row + j * out_column] = sum;
    }
  }
}

// A tile's sums, the vectors of one row of `right` and a broadcast element fill the registers. Of
// the shapes that do, those that load least for each sum were measured to be the fastest.
#if defined(__AVX512F__)
constexpr int kTileVectors = 3;
template <class T>
constexpr Tile<T> kTiles[] = {
    {8, {MultiplyTile<T, 8, 1>, MultiplyTile<T, 8, 2>, MultiplyTile<T, 8, 3>}},
    {4, {MultiplyTile<T, 4, 1>, MultiplyTile<T, 4, 2>, MultiplyTile<T, 4, 3>}},
    {2, {MultiplyTile<T, 2, 1>, MultiplyTile<T, 2, 2>, MultiplyTile<T, 2, 3>}},
    {1, {MultiplyTile<T, 1, 1>, MultiplyTile<T, 1, 2>, MultiplyTile<T, 1, 3>}},
};
#else
constexpr int kTileVectors = 2;
template <class T>
constexpr Tile<T> kTiles[] = {
#if defined(__AVX2__)
    {6, {MultiplyTile<T, 6, 1>, MultiplyTile<T, 6, 2>}},
#endif
    {4, {MultiplyTile<T, 4, 1>, MultiplyTile<T, 4, 2>}},
    {2, {MultiplyTile<T, 2, 1>, MultiplyTile<T, 2, 2>}},
    {1, {MultiplyTile<T, 1, 1>, MultiplyTile<T, 1, 2>}},
};
#endif

template <class T>
Tiles<T> TilesOf() {
  return {kVectorBytes / sizeof(T),
          kTileVectors,
          kTiles<T>,
          {Dots<T, 1>, Dots<T, 2>, Dots<T, 3>, Dots<T, 4>},
          MultiplyTiny<T>};
}

}  // namespace

gemm::TileSet GemmTiles() {
  return {TilesOf<float>(), TilesOf<double>(), TilesOf<uint32_t>(), TilesOf<uint64_t>()};
}

}  // namespace gradd::cpu::GRADD_ISA
