// Matrix products of any strides. docs/decisions/0004-gemm.md says why they are written here.
//
// How a product is split, between threads and over its inner dimension, depends on its shape and
// strides only, and each element of the result is a fixed sum: the bits depend neither on the
// number of threads nor, where the processor has fused multiply-add, on the width of its vectors.
#pragma once

#include <cstdint>

#include "core/kernels/cpu/gemm/tiles.h"

namespace gradd::cpu::gemm {

// A row-major view of a factor or of the result: element (i, j) is at i * row + j * column.
struct Strides {
  int64_t row;
  int64_t column;
};

// rows x inner times inner x columns.
struct Shape {
  int64_t rows;
  int64_t columns;
  int64_t inner;

  // Multiplications, at most the largest number there is.
  int64_t work() const;
};

// Below this many multiplications (about 50 to 100 µs) what is packed is not worth sharing.
inline constexpr int64_t kInlineWork = int64_t{1} << 22;
// What a thread is given of smaller products, 12 to 25 µs: no more than handing it over is worth
// while threads look out for it (ThreadPool).
inline constexpr int64_t kStripWork = int64_t{1} << 20;

// What a product of this shape needs besides its operands; plan once, multiply as often as wanted.
template <class From, class T>
class Product {
 public:
  // From is what the factors' elements are, T what they are computed with and what the result's
  // are. REQUIRES: no size is 0.
  Product(const Shape& shape, Strides left, Strides right, Strides out,
          const Tiles<T>& tiles = ActiveTilesOf<T>());

  // Memory that Multiply wants to be given; 0 when a little of the calling thread's own does.
  int64_t scratch_bytes() const;

  // out = left * right. `scratch` has scratch_bytes(). May use the thread pool.
  void Multiply(const From* left, const From* right, T* out, void* scratch) const;

 private:
  enum class Way { kTiny, kDot, kTiles };

  struct Part;  // of the rows, the columns and the inner dimension

  void Orient();
  double Cost(bool turned) const;
  void MultiplyByDots(const From* left, const From* right, T* out) const;
  void MultiplyByTiles(const From* left, const From* right, T* out, T* scratch) const;
  int64_t FirstPackedColumn(const Part& part) const;
  void Pack(const Part& part, const From* left, const From* right, T* scratch) const;
  void MultiplyBlock(const Part& part, int64_t row, int64_t column, const From* left,
                     const From* right, const T* scratch, T* out) const;

  const Tiles<T>& tiles_;
  Shape shape_;
  Strides left_, right_, out_;
  Way way_;
  bool pack_left_ = false, pack_right_ = false;
  bool is_turned_ = false;  // the product is computed as (right^T * left^T)^T
};

}  // namespace gradd::cpu::gemm
