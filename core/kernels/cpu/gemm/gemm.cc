#include "core/kernels/cpu/gemm/gemm.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <type_traits>
#include <utility>

#include "core/base/parallel_for.h"
#include "core/kernels/cpu/gemm/blocking.h"
#include "core/spec/half.h"

namespace gradd::cpu::gemm {
namespace {

// A product with so few rows or columns that packing the other factor would cost more than dots.
constexpr int64_t kMaxDotLines = 8;
constexpr int64_t kTinyWork = 64;
// Scratch up to this size is the calling thread's.
constexpr int64_t kLocalScratchBytes = int64_t{512} << 10;

// Cycles an element, measured; for choosing between ways only.
constexpr double kCopyCost = 0.25, kTransposeCost = 0.6;

// Vectors that cross cache lines cost twice.
constexpr int64_t kAlignment = 64;

template <class T>
T* Aligned(void* memory) {
  const auto address = reinterpret_cast<uintptr_t>(memory);
  return reinterpret_cast<T*>((address + kAlignment - 1) & ~uintptr_t{kAlignment - 1});
}

void* LocalScratch() {
  // Not initialised: pages that are not used cost nothing.
  thread_local const std::unique_ptr<char[]> memory(new char[kLocalScratchBytes + kAlignment]);
  return memory.get();
}

}  // namespace

int64_t Shape::work() const {
  int64_t work;
  if (__builtin_mul_overflow(rows, columns, &work) || __builtin_mul_overflow(work, inner, &work)) {
    return std::numeric_limits<int64_t>::max();
  }
  return work;
}

template <class From, class T>
Product<From, T>::Product(const Shape& shape, Strides left, Strides right, Strides out,
                          const Tiles<T>& tiles)
    : tiles_(tiles), shape_(shape), left_(left), right_(right), out_(out) {
  constexpr bool kConverts = !std::is_same_v<From, T>;
  if (!kConverts && shape.work() <= kTinyWork) {
    way_ = Way::kTiny;
  } else if (!kConverts && left.column == 1 && right.row == 1 &&
             std::min(shape.rows, shape.columns) <= kMaxDotLines) {
    way_ = Way::kDot;
  } else {
    way_ = Way::kTiles;
    Orient();
  }
}

// Rows of the right factor are read as vectors, elements of the left one are broadcast; transposed,
// it is the other way round. The sums are the same, so what is faster is taken.
template <class From, class T>
void Product<From, T>::Orient() {
  is_turned_ = Cost(true) < Cost(false);
  if (is_turned_) {
    std::swap(shape_.rows, shape_.columns);
    std::swap(left_, right_);
    for (Strides* strides : {&left_, &right_, &out_}) std::swap(strides->row, strides->column);
  }
  constexpr bool kConverts = !std::is_same_v<From, T>;
  // Packing pays when what is packed is read often enough.
  pack_left_ = kConverts || shape_.columns > 10 * tiles_.lanes;
  pack_right_ = kConverts || right_.column != 1 || shape_.rows > 64;
}

template <class From, class T>
double Product<From, T>::Cost(bool turned) const {
  const double rows = turned ? shape_.columns : shape_.rows;
  const int64_t columns = turned ? shape_.rows : shape_.columns;
  const double inner = shape_.inner;
  const bool left_copies = (turned ? right_.column : left_.row) == 1;
  const bool right_copies = (turned ? left_.row : right_.column) == 1;
  const bool out_scatters = (turned ? out_.row : out_.column) != 1;
  double cost = rows * Blocks(columns, tiles_.lanes) * inner;
  if (rows == 1) cost *= 2;  // too few sums to hide an addition's latency
  if (columns > 10 * tiles_.lanes) {
    cost += rows * inner * (left_copies ? kCopyCost : kTransposeCost);
  }
  if (!right_copies || rows > 64) {
    cost += columns * inner * (right_copies ? kCopyCost : kTransposeCost);
  }
  if (out_scatters) cost += rows * columns * kTransposeCost * Blocks(shape_.inner, kMaxInner);
  return cost;
}

template <class From, class T>
int64_t Product<From, T>::scratch_bytes() const {
  if (way_ != Way::kTiles) return 0;
  const int64_t inner = std::min(shape_.inner, kPartInnerBlocks * InnerBlock(shape_.inner));
  const int64_t rows = pack_left_ ? std::min(shape_.rows, kPartRows) : 0;
  const int64_t widest = tiles_.vectors * tiles_.lanes;
  const int64_t columns =
      pack_right_ || shape_.columns < widest ? std::min(shape_.columns, kPartColumns) : 0;
  const auto bytes = static_cast<int64_t>(sizeof(T)) * inner * (rows + RoundUp(columns, widest));
  return bytes <= kLocalScratchBytes ? 0 : bytes + kAlignment;
}

template <class From, class T>
void Product<From, T>::Multiply(const From* left, const From* right, T* out, void* scratch) const {
  if constexpr (std::is_same_v<From, T>) {
    if (way_ == Way::kTiny) {
      return tiles_.tiny(shape_.rows, shape_.columns, shape_.inner, left, left_.row, left_.column,
                         right, right_.row, right_.column, out, out_.row, out_.column);
    }
    if (way_ == Way::kDot) return MultiplyByDots(left, right, out);
  }
  if (is_turned_) std::swap(left, right);
  if (scratch != nullptr) return MultiplyByTiles(left, right, out, Aligned<T>(scratch));
  // In strips, each a product of its own in its thread's scratch, where what the strips share is
  // too little to be packed by one for all.
  const int64_t work = shape_.work();
  const int64_t strips = work <= kInlineWork ? Blocks(work, kStripWork) : 1;
  const int64_t rows = RoundUp(Blocks(shape_.rows, strips), kMaxTileRows);
  ParallelFor(Blocks(shape_.rows, rows), 1, [&](int64_t begin, int64_t) {
    Product strip = *this;
    strip.shape_.rows = std::min(rows, shape_.rows - begin * rows);
    strip.MultiplyByTiles(left + begin * rows * left_.row, right, out + begin * rows * out_.row,
                          Aligned<T>(LocalScratch()));
  });
}

template <class From, class T>
void Product<From, T>::MultiplyByDots(const From* left, const From* right, T* out) const {
  if constexpr (std::is_same_v<From, T>) {
    // Lines of one factor, one after the other, with the few of the other one.
    const bool by_rows = shape_.rows >= shape_.columns;
    const int64_t many = by_rows ? shape_.rows : shape_.columns;
    const int64_t few = by_rows ? shape_.columns : shape_.rows;
    const T* const lines = by_rows ? left : right;
    const T* const others = by_rows ? right : left;
    const int64_t line_stride = by_rows ? left_.row : right_.column;
    const int64_t other_stride = by_rows ? right_.column : left_.row;
    const int64_t out_line = by_rows ? out_.row : out_.column;
    const int64_t out_other = by_rows ? out_.column : out_.row;
    const int64_t grain = shape_.work() <= kInlineWork
                              ? many
                              : std::max<int64_t>(1, kInlineWork / 4 / (few * shape_.inner));
    ParallelFor(many, grain, [&](int64_t begin, int64_t end) {
      for (int64_t line = begin; line < end; ++line) {
        for (int64_t other = 0, count; other < few; other += count) {
          count = std::min<int64_t>(few - other, kMaxDots);
          T sums[kMaxDots];
          tiles_.dots[count - 1](shape_.inner, lines + line * line_stride,
                                 others + other * other_stride, other_stride, sums);
          for (int64_t i = 0; i < count; ++i) {
            out[line * out_line + (other + i) * out_other] = sums[i];
          }
        }
      }
    });
  }
}

template class Product<float, float>;
template class Product<double, double>;
template class Product<uint32_t, uint32_t>;
template class Product<uint64_t, uint64_t>;
template class Product<Half, float>;
template class Product<BFloat16, float>;

}  // namespace gradd::cpu::gemm
