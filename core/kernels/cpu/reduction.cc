#include "core/kernels/cpu/reduction.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "core/base/parallel_for.h"
#include "core/kernels/cpu/elements.h"
#include "core/kernels/cpu/simd/functions.h"
#include "core/kernels/cpu/strided_cursor.h"

namespace gradd::cpu {
namespace {

// Below this many elements a second thread costs more than it saves.
constexpr int64_t kParallelFrom = 32 * 1024;
// Elements that a thread takes at once, and of a piece of a long reduction.
constexpr int64_t kPiece = 32 * 1024;
// Shorter rows than this cost more to start than to add.
constexpr int64_t kShortRow = 16;

struct alignas(64) Block {
  char bytes[kBlock * 8];
};

TensorSpec Picked(const TensorSpec& input, const Dims& dims) {
  TensorSpec spec;
  for (const int64_t d : dims) {
    spec.shape.push_back(input.shape[d]);
    spec.strides.push_back(input.strides[d]);
  }
  return spec;
}

const FoldLoops& LoopsFor(FoldKind kind, Compute compute) {
  static const FoldTable kTable = Simd().folds();
  const int i = static_cast<int>(kind);
  if (compute == Compute::kFloat) return kTable.f32[i];
  return compute == Compute::kDouble ? kTable.f64[i] : kTable.i64[i];
}

// One reduction under way. Thread-safe.
class Reducer {
 public:
  Reducer(const ReductionLoop& loop, const Fold& fold, const void* in)
      : loop_(loop),
        fold_(fold),
        in_(static_cast<const char*>(in)),
        item_size_(static_cast<int64_t>(ItemSize(loop.dtype))),
        is_direct_(IsComputedAsStored(loop.dtype) && !loop.through),
        compute_(ComputeFor(loop.through.value_or(loop.dtype))),
        item_size_loaded_(ComputeSize(compute_)),
        loops_(LoopsFor(fold.kind, compute_)) {}

  const FoldLoops& loops() const { return loops_; }

  // Joins the elements of one piece of the outputs [first, first + count), a block, into fresh
  // accumulators.
  void FoldBlock(int64_t first, int64_t count, int64_t piece, void* accumulators) const {
    loops_.start(accumulators, count);
    if (loop_.elements == 0) return;
    if (loop_.by_columns) {
      FoldColumns(first, count, piece, accumulators);
      return;
    }
    StridedCursor output(loop_.kept, first);
    for (int64_t i = 0; i < count; ++i, output.Next()) {
      FoldRows(output.offset(), piece, fold_.centers == nullptr ? 0 : fold_.centers[first + i],
               static_cast<char*>(accumulators) + i * 8);
    }
  }

 private:
  // `count` elements as they are computed with; in place where they are that already.
  const void* Load(int64_t offset, int64_t stride, int64_t count, void* buffer) const {
    const char* const from = in_ + offset * item_size_;
    if (is_direct_ && stride == 1) return from;
    if (!loop_.through) {
      LoadElements(loop_.dtype, from, stride, count, buffer);
    } else {
      Block loaded, stored;  // whose elements may be wider than those of `buffer`
      LoadElements(loop_.dtype, from, stride, count, loaded.bytes);
      StoreElements(ComputeFor(loop_.dtype), loaded.bytes, *loop_.through, stored.bytes, 1, count);
      LoadElements(*loop_.through, stored.bytes, 1, count, buffer);
    }
    return buffer;
  }

  // The rows of `reduced` that belong to a piece.
  std::pair<int64_t, int64_t> RowsOf(int64_t piece) const {
    const int64_t rows = loop_.elements / loop_.reduced.shape.back();
    const int64_t stretches = loop_.stretch == 0 ? 1 : Stretches();
    const int64_t first = piece / stretches * loop_.rows_of_piece;
    return {first, std::min(rows, first + loop_.rows_of_piece)};
  }
  int64_t Stretches() const { return (loop_.reduced.shape.back() - 1) / loop_.stretch + 1; }

  void FoldRows(int64_t offset, int64_t piece, double center, void* accumulator) const {
    const auto [first, last] = RowsOf(piece);
    const int64_t length = loop_.reduced.shape.back();
    const int64_t stride = loop_.reduced.strides[0].back();
    int64_t begin = 0, end = length;
    if (loop_.stretch != 0) {
      begin = piece % Stretches() * loop_.stretch;
      end = std::min(length, begin + loop_.stretch);
    }
    StridedCursor row(loop_.reduced, first * length);
    for (int64_t r = first; r < last; ++r, row.NextRow()) {
      FoldRow(offset + row.offset() + begin * stride, stride, end - begin, center, accumulator);
    }
  }

  void FoldRow(int64_t offset, int64_t stride, int64_t count, double center,
               void* accumulator) const {
    const int64_t at_once = is_direct_ && stride == 1 ? count : kBlock;
    Block buffer;
    for (int64_t done = 0; done < count; done += at_once) {
      const int64_t some = std::min(at_once, count - done);
      const void* const x = Load(offset + done * stride, stride, some, buffer.bytes);
      loops_.row(fold_.parameter, center, x, some, accumulator);
    }
  }

  void FoldColumns(int64_t first, int64_t count, int64_t piece, void* accumulators) const {
    const int64_t offset = StridedCursor(loop_.kept, first).offset();
    const int64_t column_stride = loop_.kept.strides[0].back();
    const double* const centers = fold_.centers == nullptr ? nullptr : fold_.centers + first;
    const auto [first_row, last_row] = RowsOf(piece);
    const int64_t length = loop_.reduced.shape.back();
    const int64_t stride = loop_.reduced.strides[0].back();
    const bool in_place = is_direct_ && column_stride == 1;
    int64_t begin = 0, end = length;
    if (loop_.stretch != 0) {
      begin = piece % Stretches() * loop_.stretch;
      end = std::min(length, begin + loop_.stretch);
    }
    const int64_t at_once = in_place ? end - begin : std::max<int64_t>(1, kBlock / count);
    Block buffer;
    StridedCursor row(loop_.reduced, first_row * length);
    for (int64_t r = first_row; r < last_row; ++r, row.NextRow()) {
      const int64_t from = offset + row.offset();
      for (int64_t i = begin; i < end; i += at_once) {
        const int64_t some = std::min(at_once, end - i);
        if (in_place) {
          loops_.columns(fold_.parameter, centers, in_ + (from + i * stride) * item_size_, stride,
                         some, count, accumulators);
          continue;
        }
        for (int64_t k = 0; k < some; ++k) {
          char* const place = buffer.bytes + k * count * item_size_loaded_;
          const void* const x = Load(from + (i + k) * stride, column_stride, count, place);
          if (x != place) std::memcpy(place, x, count * item_size_loaded_);
        }
        loops_.columns(fold_.parameter, centers, buffer.bytes, count, some, count, accumulators);
      }
    }
  }

  const ReductionLoop& loop_;
  const Fold& fold_;
  const char* const in_;
  const int64_t item_size_;
  const bool is_direct_;
  const Compute compute_;
  const int64_t item_size_loaded_;
  const FoldLoops& loops_;
};

// Outputs of block `i`: those by columns do not reach over the end of a row of outputs.
std::pair<int64_t, int64_t> BlockAt(const ReductionLoop& loop, int64_t i) {
  if (!loop.by_columns) {
    const int64_t first = i * loop.block;
    return {first, std::min(loop.block, loop.outputs - first)};
  }
  const int64_t row = loop.kept.shape.back();
  const int64_t in_row = (row - 1) / loop.block + 1;
  const int64_t column = i % in_row * loop.block;
  return {i / in_row * row + column, std::min(loop.block, row - column)};
}

int64_t BlockCount(const ReductionLoop& loop) {
  const int64_t row = loop.by_columns ? loop.kept.shape.back() : loop.outputs;
  return loop.outputs / row * ((row - 1) / loop.block + 1);
}

}  // namespace

ReductionLoop ReductionLoop::Make(const TensorSpec& input, DimsView dims,
                                  std::optional<DType> through) {
  ReductionLoop loop;
  Dims kept, reduced;
  for (int d = 0; d < input.rank(); ++d) {
    (std::find(dims.begin(), dims.end(), d) != dims.end() ? reduced : kept).push_back(d);
  }
  // The order in which elements are joined is free: that of memory is fastest. What repeats the
  // same elements comes outermost.
  std::stable_sort(reduced.begin(), reduced.end(), [&input](int64_t a, int64_t b) {
    const int64_t x = input.strides[a], y = input.strides[b];
    return x != y && (x == 0 || (y != 0 && x > y));
  });
  const TensorSpec kept_spec = Picked(input, kept), reduced_spec = Picked(input, reduced);
  loop.outputs = kept_spec.element_count();
  loop.elements = reduced_spec.element_count();
  loop.dtype = input.dtype;
  if (through != input.dtype) loop.through = through;
  if (loop.outputs == 0 || loop.elements == 0) {
    loop.block = kBlock;
    return loop;
  }
  loop.kept = MakeStridedLoop<1>(kept_spec.shape, {&kept_spec});
  loop.reduced = MakeStridedLoop<1>(reduced_spec.shape, {&reduced_spec});

  const int64_t columns = loop.kept.shape.back(), column_stride = loop.kept.strides[0].back();
  const int64_t length = loop.reduced.shape.back(), stride = loop.reduced.strides[0].back();
  loop.by_columns = (columns >= 8 && column_stride != 0 && column_stride < stride) ||
                    (columns >= 64 && loop.elements < kShortRow);
  loop.block = loop.by_columns ? std::min(columns, kBlock)
                               : std::clamp<int64_t>(kPiece / loop.elements, 1, kBlock);
  // Elements that one step along a row of `reduced` joins.
  const int64_t width = loop.by_columns ? loop.block : 1;
  const int64_t rows = loop.elements / length;
  if (loop.elements * width < 2 * kPiece) {
    loop.rows_of_piece = rows;
    return loop;
  }
  if (length * width > kPiece) {
    loop.stretch = std::max<int64_t>(1, kPiece / width);
    loop.pieces = rows * ((length - 1) / loop.stretch + 1);
  } else {
    loop.rows_of_piece = kPiece / (length * width);
    loop.pieces = (rows - 1) / loop.rows_of_piece + 1;
  }
  return loop;
}

void Reduce(const ReductionLoop& loop, const Fold& fold, const void* in, void* scratch,
            FinishOutputs finish) {
  if (loop.outputs == 0) return;
  const Reducer reducer(loop, fold, in);
  const int64_t blocks = BlockCount(loop);
  const auto parallel = [&](int64_t count, absl::FunctionRef<void(int64_t, int64_t)> body) {
    if (loop.outputs * loop.elements < kParallelFrom) return body(0, count);
    const int64_t elements = loop.outputs * loop.elements / count;
    ParallelFor(count, std::max<int64_t>(1, kPiece / std::max<int64_t>(1, elements)), body);
  };
  if (loop.pieces == 1) {
    parallel(blocks, [&](int64_t begin, int64_t end) {
      Block accumulators;
      for (int64_t i = begin; i < end; ++i) {
        const auto [first, count] = BlockAt(loop, i);
        reducer.FoldBlock(first, count, 0, accumulators.bytes);
        finish(first, count, accumulators.bytes);
      }
    });
    return;
  }
  char* const partial = static_cast<char*>(scratch);
  parallel(blocks * loop.pieces, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const auto [first, count] = BlockAt(loop, i / loop.pieces);
      const int64_t piece = i % loop.pieces;
      reducer.FoldBlock(first, count, piece, partial + (piece * loop.outputs + first) * 8);
    }
  });
  for (int64_t first = 0; first < loop.outputs; first += kBlock) {
    const int64_t count = std::min(kBlock, loop.outputs - first);
    for (int64_t piece = 1; piece < loop.pieces; ++piece) {
      reducer.loops().join(partial + first * 8, partial + (piece * loop.outputs + first) * 8,
                           count);
    }
    finish(first, count, partial + first * 8);
  }
}

}  // namespace gradd::cpu
