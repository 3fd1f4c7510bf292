// The innermost loops of matrix products, one set for each instruction set.
#pragma once

#include <cstdint>

namespace gradd::cpu::gemm {

// out += left * right for a tile of the output, or out = left * right without `accumulate`. Element
// (i, j) of the sum is the chain fma(left(i, p), right(p, j), ...) over p = 0, 1, ..., begun at
// zero: the same bits whatever tile and vector width it is computed with.
//
// left(i, p) is left[i * left_row + p * left_inner]; right(p, j) is right[p * right_inner + j];
// out(i, j) is out[i * out_row + j].
template <class T>
using TileFunction = void (*)(int64_t inner, const T* left, int64_t left_row, int64_t left_inner,
                              const T* right, int64_t right_inner, T* out, int64_t out_row,
                              bool accumulate);

// sums[i] = the sum of line[p] * others[i * other + p], for as many i as the function is for. It
// has kDotLanes partial sums, added up in a fixed order.
template <class T>
using DotsFunction = void (*)(int64_t inner, const T* line, const T* others, int64_t other,
                              T* sums);
inline constexpr int64_t kDotLanes = 32;
inline constexpr int kMaxDots = 4;

// out(i, j) = the chain of TileFunction, element by element and with any strides: what costs least
// for a product of a few dozen multiplications.
template <class T>
using TinyFunction = void (*)(int64_t rows, int64_t columns, int64_t inner, const T* left,
                              int64_t left_row, int64_t left_inner, const T* right,
                              int64_t right_inner, int64_t right_column, T* out, int64_t out_row,
                              int64_t out_column);

inline constexpr int kMaxTileRows = 8;
inline constexpr int kMaxTileVectors = 3;
inline constexpr int64_t kMaxLanes = 16;

template <class T>
struct Tile {
  int rows;
  // With `rows` rows and as many columns as one vector, two, ... have elements.
  TileFunction<T> with_vectors[kMaxTileVectors];
};

template <class T>
struct Tiles {
  int64_t lanes;                   // elements of a vector
  int vectors;                     // of the widest tile
  const Tile<T>* by_rows;          // in descending order of `rows`, down to 1
  DotsFunction<T> dots[kMaxDots];  // for 1, 2, ... lines
  TinyFunction<T> tiny;
};

// T is float, double, uint32_t or uint64_t (integers wrap, so signed ones are computed as
// unsigned).
struct TileSet {
  Tiles<float> f32;
  Tiles<double> f64;
  Tiles<uint32_t> i32;
  Tiles<uint64_t> i64;
};

// Those of ActiveIsa().
const TileSet& ActiveTiles();
template <class T>
const Tiles<T>& ActiveTilesOf();

}  // namespace gradd::cpu::gemm

namespace gradd::cpu {

// Of each instruction set (core/kernels/cpu/simd/functions.h).
namespace baseline {
gemm::TileSet GemmTiles();
}
namespace avx2 {
gemm::TileSet GemmTiles();
}
namespace avx512 {
gemm::TileSet GemmTiles();
}

}  // namespace gradd::cpu
