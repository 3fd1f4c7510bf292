// Products by tiles: packed a part at a time, computed a block at a time.
#include <algorithm>
#include <type_traits>

#include "core/base/parallel_for.h"
#include "core/kernels/cpu/gemm/blocking.h"
#include "core/kernels/cpu/gemm/gemm.h"
#include "core/kernels/cpu/gemm/pack.h"
#include "core/spec/half.h"

namespace gradd::cpu::gemm {
namespace {

template <class T>
const Tile<T>& TallestWithin(const Tiles<T>& tiles, int64_t rows) {
  const Tile<T>* tile = tiles.by_rows;
  while (tile->rows > rows) ++tile;
  return *tile;
}

}  // namespace

// A part of the result and of the sums in it. What is packed of it lies in this order: of the left
// factor for each inner block its tiles' panels; then of the right factor likewise.
template <class From, class T>
struct Product<From, T>::Part {
  int64_t row, rows;
  int64_t column, columns;
  int64_t inner, inners;  // from, and how many

  int64_t inner_block;

  // Of a panel: where it is in the packed factor. `line` is counted within the part.
  static int64_t Offset(int64_t line, int64_t padded_lines, int64_t inner_offset, int64_t inners) {
    return inner_offset * padded_lines + line * inners;
  }
};

template <class From, class T>
void Product<From, T>::MultiplyByTiles(const From* left, const From* right, T* out,
                                       T* scratch) const {
  const int64_t inner_block = InnerBlock(shape_.inner);
  const int64_t inner_part = kPartInnerBlocks * inner_block;
  for (int64_t column = 0; column < shape_.columns; column += kPartColumns) {
    for (int64_t inner = 0; inner < shape_.inner; inner += inner_part) {
      for (int64_t row = 0; row < shape_.rows; row += kPartRows) {
        const Part part = {row,        std::min(kPartRows, shape_.rows - row),
                           column,     std::min(kPartColumns, shape_.columns - column),
                           inner,      std::min(inner_part, shape_.inner - inner),
                           inner_block};
        Pack(part, left, right, scratch);
        const int64_t across = Blocks(part.columns, kBlockColumns);
        const int64_t blocks = Blocks(part.rows, kBlockRows) * across;
        const int64_t work = Shape{part.rows, part.columns, part.inners}.work();
        // Neighbouring blocks share rows, so small ones go together.
        const int64_t grain =
            work <= kInlineWork ? blocks : std::max<int64_t>(1, kInlineWork / (work / blocks));
        ParallelFor(blocks, grain, [&](int64_t begin, int64_t end) {
          for (int64_t block = begin; block < end; ++block) {
            MultiplyBlock(part, block / across * kBlockRows, block % across * kBlockColumns, left,
                          right, scratch, out);
          }
        });
      }
    }
  }
}

// Of the part's right factor; past its end when none is.
template <class From, class T>
int64_t Product<From, T>::FirstPackedColumn(const Part& part) const {
  // Vectors that the columns do not fill begin in the columns before, if there are enough.
  const bool is_narrow =
      shape_.columns < tiles_.vectors * tiles_.lanes && shape_.columns % tiles_.lanes != 0;
  return pack_right_ || is_narrow ? 0 : RoundUp(part.columns, tiles_.lanes);
}

template <class From, class T>
void Product<From, T>::Pack(const Part& part, const From* left, const From* right,
                            T* scratch) const {
  const int64_t widest = tiles_.vectors * tiles_.lanes;
  const int64_t packed_rows = pack_left_ ? part.rows : 0;
  const int64_t columns = RoundUp(part.columns, tiles_.lanes);
  const int64_t first_column = FirstPackedColumn(part);
  const int64_t packed_columns = columns - first_column;
  T* const packed_right = scratch + packed_rows * part.inners;

  const auto pack_rows = [&](int64_t begin, int64_t end) {
    for (int64_t offset = 0; offset < part.inners; offset += part.inner_block) {
      const int64_t inners = std::min(part.inner_block, part.inners - offset);
      const From* const from = left + (part.inner + offset) * left_.column;
      for (int64_t row = begin, rows; row < end; row += rows) {
        rows = TallestWithin(tiles_, end - row).rows;
        PackPanel(from + (part.row + row) * left_.row, left_.row, left_.column, rows, inners, rows,
                  scratch + Part::Offset(row, part.rows, offset, inners));
      }
    }
  };
  const auto pack_columns = [&](int64_t begin, int64_t end) {
    for (int64_t offset = 0; offset < part.inners; offset += part.inner_block) {
      const int64_t inners = std::min(part.inner_block, part.inners - offset);
      const From* const from = right + (part.inner + offset) * right_.row;
      T* const to =
          packed_right + Part::Offset(begin - first_column, packed_columns, offset, inners);
      const From* const first = from + (part.column + begin) * right_.column;
      const int64_t whole = right_.column == 1 ? (end - begin) / widest * widest : 0;
      if (whole > 0) PackWholePanels(first, right_.row, whole, inners, widest, to);
      for (int64_t line = whole; line < end - begin; line += widest) {
        const int64_t lines = std::min(widest, end - begin - line);
        PackPanel(first + line * right_.column, right_.column, right_.row, lines, inners,
                  RoundUp(lines, tiles_.lanes), to + line * inners);
      }
    }
  };
  const int64_t row_blocks = Blocks(packed_rows, kBlockRows);
  const int64_t column_blocks = Blocks(packed_columns, kBlockColumns);
  const int64_t blocks = row_blocks + column_blocks;
  const bool alone = Shape{part.rows, part.columns, part.inners}.work() <= kInlineWork;
  ParallelFor(blocks, alone ? blocks : 1, [&](int64_t begin, int64_t end) {
    for (int64_t block = begin; block < end; ++block) {
      if (block < row_blocks) {
        const int64_t row = block * kBlockRows;
        pack_rows(row, std::min(row + kBlockRows, part.rows));
      } else {
        const int64_t column = first_column + (block - row_blocks) * kBlockColumns;
        pack_columns(column, std::min(column + kBlockColumns, part.columns));
      }
    }
  });
}

template <class From, class T>
void Product<From, T>::MultiplyBlock(const Part& part, int64_t row_begin, int64_t column_begin,
                                     const From* left, const From* right, const T* scratch,
                                     T* out) const {
  const int64_t row_end = std::min(row_begin + kBlockRows, part.rows);
  const int64_t column_end = std::min(column_begin + kBlockColumns, part.columns);
  const int64_t widest = tiles_.vectors * tiles_.lanes;
  const int64_t columns = RoundUp(part.columns, tiles_.lanes);
  const int64_t first_packed = FirstPackedColumn(part);
  const T* const packed_right = scratch + (pack_left_ ? part.rows : 0) * part.inners;
  alignas(64) T edge[kMaxTileRows * kMaxTileVectors * kMaxLanes];

  for (int64_t offset = 0; offset < part.inners; offset += part.inner_block) {
    const int64_t inners = std::min(part.inner_block, part.inners - offset);
    const int64_t inner = part.inner + offset;
    const bool accumulate = inner > 0;
    for (int64_t row = row_begin, rows; row < row_end; row += rows) {
      const Tile<T>& tile = TallestWithin(tiles_, row_end - row);
      rows = tile.rows;
      const T* l = scratch + Part::Offset(row, part.rows, offset, inners);
      int64_t l_row = 1, l_inner = rows;
      if constexpr (std::is_same_v<From, T>) {
        if (!pack_left_) {
          l = left + (part.row + row) * left_.row + inner * left_.column;
          l_row = left_.row, l_inner = left_.column;
        }
      }
      for (int64_t column = column_begin; column < column_end; column += widest) {
        const int64_t valid = std::min(widest, part.columns - column);
        const int64_t vectors = Blocks(valid, tiles_.lanes);
        const int64_t width = vectors * tiles_.lanes;
        const T* r = packed_right +
                     Part::Offset(column - first_packed, columns - first_packed, offset, inners);
        int64_t r_inner = width;
        int64_t before = 0;  // columns of others in front
        if constexpr (std::is_same_v<From, T>) {
          if (column < first_packed) {
            before = width - valid;
            r = right + inner * right_.row + part.column + column - before;
            r_inner = right_.row;
          }
        }
        T* const to = out + (part.row + row) * out_.row + (part.column + column) * out_.column;
        const TileFunction<T> multiply = tile.with_vectors[vectors - 1];
        if (out_.column == 1 && valid == width) {
          multiply(inners, l, l_row, l_inner, r, r_inner, to, out_.row, accumulate);
          continue;
        }
        multiply(inners, l, l_row, l_inner, r, r_inner, edge, width, false);
        if (out_.column == 1) {
          (accumulate ? CopyLines<true, T> : CopyLines<false, T>)(edge + before, width, rows, valid,
                                                                  to, out_.row);
        } else {
          (accumulate ? Transpose<true, T> : Transpose<false, T>)(edge + before, width, rows, valid,
                                                                  to, out_.column);
        }
      }
    }
  }
}

template class Product<float, float>;
template class Product<double, double>;
template class Product<uint32_t, uint32_t>;
template class Product<uint64_t, uint64_t>;
template class Product<Half, float>;
template class Product<BFloat16, float>;

}  // namespace gradd::cpu::gemm
