#include "core/kernels/cpu/softmax.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/base/parallel_for.h"
#include "core/base/status.h"
#include "core/kernels/cpu/copy.h"
#include "core/kernels/cpu/elements.h"
#include "core/kernels/cpu/simd/functions.h"
#include "core/kernels/cpu/strided_cursor.h"

namespace gradd::cpu {
namespace {

// Elements that a thread takes at once.
constexpr int64_t kGrain = 16 * 1024;

struct alignas(64) Buffer {
  char bytes[kBlock * sizeof(double)];
};

const SoftmaxLoops& LoopsFor(DType dtype) {
  static const SoftmaxTable kTable = Simd().softmaxes();
  return dtype == DType::kFloat64 ? kTable.f64 : kTable.f32;
}

// The elements along the dimension, at one place of the others.
struct Row {
  char* data;
  int64_t stride, count;
  DType dtype;

  bool is_direct() const { return stride == 1 && IsComputedAsStored(dtype); }
  char* at(int64_t i) const { return data + i * stride * static_cast<int64_t>(ItemSize(dtype)); }
  const void* Load(int64_t i, int64_t some, Buffer& buffer) const {
    if (is_direct()) return at(i);
    LoadElements(dtype, at(i), stride, some, buffer.bytes);
    return buffer.bytes;
  }
  void* Place(int64_t i, Buffer& buffer) const { return is_direct() ? at(i) : buffer.bytes; }
  void Store(int64_t i, int64_t some, const Buffer& buffer) const {
    if (!is_direct()) StoreElements(ComputeFor(dtype), buffer.bytes, dtype, at(i), stride, some);
  }
};

// Calls body(first, count) for the parts of a row that a buffer holds.
template <class Body>
void ForEachPart(int64_t count, const Body& body) {
  for (int64_t i = 0; i < count; i += kBlock) body(i, std::min(kBlock, count - i));
}

double LargestOf(const SoftmaxLoops& loops, const Row& in) {
  if (in.is_direct()) return loops.largest(in.data, in.count);
  double largest = -INFINITY;
  Buffer buffer;
  ForEachPart(in.count, [&](int64_t i, int64_t some) {
    const double part = loops.largest(in.Load(i, some, buffer), some);
    if (!(largest >= part) && largest == largest) largest = part;  // NaN stays
  });
  return largest;
}

void SoftmaxRow(const SoftmaxLoops& loops, const std::array<Row, 1>& in, const Row& out) {
  const Row& x = in[0];
  const double largest = LargestOf(loops, x);
  if (x.is_direct() && out.is_direct()) {
    const double sum = loops.exp(x.data, largest, out.data, x.count);
    loops.scale(out.data, 1 / sum, out.data, x.count);
    return;
  }
  Buffer buffer, result;
  double sum = 0;
  ForEachPart(x.count, [&](int64_t i, int64_t some) {
    sum += loops.exp(x.Load(i, some, buffer), largest, buffer.bytes, some);
  });
  ForEachPart(x.count, [&](int64_t i, int64_t some) {
    loops.exp(x.Load(i, some, buffer), largest, buffer.bytes, some);
    loops.scale(buffer.bytes, 1 / sum, out.Place(i, result), some);
    out.Store(i, some, result);
  });
}

void LogSoftmaxRow(const SoftmaxLoops& loops, const std::array<Row, 1>& in, const Row& out) {
  const Row& x = in[0];
  const double largest = LargestOf(loops, x);
  Buffer buffer, result;
  double sum = 0;
  ForEachPart(x.count, [&](int64_t i, int64_t some) {
    sum += loops.exp(x.Load(i, some, buffer), largest, buffer.bytes, some);
  });
  const double log_sum = std::log(sum);
  ForEachPart(x.count, [&](int64_t i, int64_t some) {
    loops.shift(x.Load(i, some, buffer), largest, log_sum, out.Place(i, result), some);
    out.Store(i, some, result);
  });
}

void SoftmaxVjpRow(const SoftmaxLoops& loops, const std::array<Row, 2>& in, const Row& out) {
  const Row& g = in[0];
  const Row& y = in[1];
  Buffer buffers[2], result;
  double dot = 0;
  ForEachPart(g.count, [&](int64_t i, int64_t some) {
    dot += loops.dot(g.Load(i, some, buffers[0]), y.Load(i, some, buffers[1]), some);
  });
  ForEachPart(g.count, [&](int64_t i, int64_t some) {
    loops.softmax_vjp(g.Load(i, some, buffers[0]), y.Load(i, some, buffers[1]), dot,
                      out.Place(i, result), some);
    out.Store(i, some, result);
  });
}

void LogSoftmaxVjpRow(const SoftmaxLoops& loops, const std::array<Row, 2>& in, const Row& out) {
  const Row& g = in[0];
  const Row& y = in[1];
  Buffer buffers[2], result;
  double sum = 0;
  ForEachPart(g.count, [&](int64_t i, int64_t some) {
    sum += loops.sum(g.Load(i, some, buffers[0]), some);
  });
  ForEachPart(g.count, [&](int64_t i, int64_t some) {
    loops.log_softmax_vjp(g.Load(i, some, buffers[0]), y.Load(i, some, buffers[1]), sum,
                          out.Place(i, result), some);
    out.Store(i, some, result);
  });
}

// All rows of a tensor.
struct Rows {
  StridedLoop<1> others;  // over the other dimensions
  Row first;
  int64_t item_size = 0;

  static Rows Of(const TensorSpec& spec, void* data, int dim) {
    TensorSpec others = spec;
    Rows rows;
    rows.first = {static_cast<char*>(data), 1, 1, spec.dtype};
    if (spec.rank() > 0) {
      rows.first.stride = spec.strides[dim];
      rows.first.count = spec.shape[dim];
      others.shape.erase(others.shape.begin() + dim);
      others.strides.erase(others.strides.begin() + dim);
    }
    rows.others = MakeStridedLoop<1>(others.shape, {&others});
    rows.item_size = static_cast<int64_t>(ItemSize(spec.dtype));
    return rows;
  }
  Row At(const StridedCursor& place) const {
    Row row = first;
    row.data += place.offset() * item_size;
    return row;
  }
};

template <size_t N>
using RowFunction = void (*)(const SoftmaxLoops& loops, const std::array<Row, N>& in,
                             const Row& out);

// Rows whose elements lie apart, while those of neighbouring rows lie together, are gathered: so
// many at once, if they are not longer than that.
constexpr int64_t kGathered = 16;
constexpr int64_t kLongestGathered = 1024;

template <class T>
void Gather(const Row& first, int64_t rows, T* to) {
  T across[kGathered];
  for (int64_t i = 0; i < first.count; ++i) {
    LoadElements(first.dtype, first.at(i), 1, rows, across);
    for (int64_t k = 0; k < rows; ++k) to[k * first.count + i] = across[k];
  }
}

template <class T>
void Scatter(const T* from, int64_t rows, const Row& first) {
  T across[kGathered];
  for (int64_t i = 0; i < first.count; ++i) {
    for (int64_t k = 0; k < rows; ++k) across[k] = from[k * first.count + i];
    StoreElements(ComputeFor(first.dtype), across, first.dtype, first.at(i), 1, rows);
  }
}

// `rows` rows side by side. T: what they are computed with.
template <class T, size_t N>
void RunGathered(const SoftmaxLoops& loops, const std::array<Row, N>& in, const Row& out,
                 int64_t rows, RowFunction<N> function) {
  T buffers[N][kGathered * kLongestGathered];
  for (size_t n = 0; n < N; ++n) Gather(in[n], rows, buffers[n]);
  for (int64_t k = 0; k < rows; ++k) {
    std::array<Row, N> gathered;
    for (size_t n = 0; n < N; ++n) {
      gathered[n] = {reinterpret_cast<char*>(buffers[n] + k * out.count), 1, out.count,
                     kDTypeOf<T>};
    }
    function(loops, gathered, gathered[0]);
  }
  Scatter(buffers[0], rows, out);
}

template <size_t N>
bool CanGather(const std::array<Rows, N>& in, const Rows& out) {
  const int64_t row = out.others.shape.back();
  bool can = out.first.stride != 1 && out.first.count <= kLongestGathered && row >= kGathered &&
             out.others.strides[0].back() == 1;
  for (const Rows& rows : in) {
    can = can && rows.others.shape.back() == row && rows.others.strides[0].back() == 1;
  }
  return can;
}

// The rows [begin, end).
template <size_t N>
void RunRows(const std::array<Rows, N>& in, const Rows& out, int64_t begin, int64_t end,
             RowFunction<N> function) {
  const SoftmaxLoops& loops = LoopsFor(out.first.dtype);
  const bool gathers = CanGather(in, out);
  const int64_t row = out.others.shape.back();
  StridedCursor to(out.others, begin);
  std::array<StridedCursor, N> from = [&]<size_t... K>(std::index_sequence<K...>) {
    return std::array<StridedCursor, N>{StridedCursor(in[K].others, begin)...};
  }
  (std::make_index_sequence<N>());
  while (begin < end) {
    std::array<Row, N> rows;
    for (size_t n = 0; n < N; ++n) rows[n] = in[n].At(from[n]);
    const int64_t count = gathers ? std::min({kGathered, end - begin, row - begin % row}) : 1;
    if (!gathers) {
      function(loops, rows, out.At(to));
    } else if (out.first.dtype == DType::kFloat64) {
      RunGathered<double>(loops, rows, out.At(to), count, function);
    } else {
      RunGathered<float>(loops, rows, out.At(to), count, function);
    }
    begin += count;
    for (int64_t k = 0; k < count; ++k) {
      to.Next();
      for (StridedCursor& cursor : from) cursor.Next();
    }
  }
}

template <size_t N>
void ForEachRow(const std::array<Rows, N>& in, const Rows& out, RowFunction<N> function) {
  const int64_t length = out.first.count;
  if (out.others.count == 0 || length == 0) return;
  if (out.others.count * length < 2 * kGrain) {
    return RunRows(in, out, 0, out.others.count, function);
  }
  const int64_t grain = (kGrain / length + kGathered - 1) / kGathered * kGathered;
  ParallelFor(out.others.count, std::max<int64_t>(1, grain),
              [&](int64_t begin, int64_t end) { RunRows(in, out, begin, end, function); });
}

template <size_t N>
absl::Status LaunchRows(const KernelCall& call, RowFunction<N> function) {
  const TensorSpec& out_spec = *call.outputs[0].spec;
  GRADD_ASSIGN_OR_RETURN(const int dim, NormalizeDim(call.attributes.Int(0), out_spec.rank()));
  const Rows out = Rows::Of(out_spec, call.outputs[0].data, dim);
  std::array<Rows, N> in;
  for (size_t k = 0; k < N; ++k) {
    const KernelArgument& input = call.inputs[k];
    if (input.spec->dtype == out_spec.dtype) {
      in[k] = Rows::Of(*input.spec, input.data, dim);
    } else {  // converted into the output, where the rows are then replaced one by one
      Copy(call.stream, out_spec, call.outputs[0].data, *input.spec, input.data);
      in[k] = out;
    }
  }
  Launch(call.stream, [in, out, function] { ForEachRow<N>(in, out, function); });
  return absl::OkStatus();
}

}  // namespace

absl::Status Softmax(const KernelCall& call) { return LaunchRows<1>(call, &SoftmaxRow); }
absl::Status LogSoftmax(const KernelCall& call) { return LaunchRows<1>(call, &LogSoftmaxRow); }
absl::Status SoftmaxVjp(const KernelCall& call) { return LaunchRows<2>(call, &SoftmaxVjpRow); }
absl::Status LogSoftmaxVjp(const KernelCall& call) {
  return LaunchRows<2>(call, &LogSoftmaxVjpRow);
}

}  // namespace gradd::cpu
