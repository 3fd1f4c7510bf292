// Running sums and products along lines of elements. One block walks a line in tiles; a few long
// lines are cut into pieces, whose totals are scanned first; many lines that lie side by side, or
// are short, have a thread each. (cub::DeviceScan adds in an order that changes from run to run.)
#pragma once

#include <cstdlib>

#include "core/base/status.h"
#include "core/kernels/cuda/lanes.cuh"
#include "core/kernels/cuda/strided_layouts.h"
#include "core/kernels/functors/convert.h"
#include "core/kernels/kernel.h"

namespace gradd::cuda {

// Lines along one dimension of an input and of an output. A line begins at the place of the others
// plus `start`; from the back, strides are negative.
struct ScanCall {
  StridedLayout<2> lines;                 // over the other dimensions
  int64_t start[2] = {}, stride[2] = {};  // of the input, of the output
  int64_t line_count = 0, length = 0;
  int64_t pieces = 1, piece_elements = 0;  // of a line
  const void* in = nullptr;
  void* out = nullptr;
  void* starts = nullptr;        // [line_count, pieces] of what is before each; null for one piece
  const void* others = nullptr;  // what else a scan reads, laid out as the output
};

// A scan is a struct:
//   In, Out, A             elements of the input and of the output, and what they are joined as
//   None(), Join(a, b)     the neutral element; a comes first
//   Store(call, place, before, sum)   what becomes of an element: all before it, and with it

inline constexpr int kScanItems = 8;  // that a thread has of a tile
inline constexpr int64_t kScanTile = int64_t{kBlockThreads} * kScanItems;

// What the threads of a block before this one have, joined; `all`: what all have. Called by all of
// them together. `shared`: kBlockThreads of A, in shared memory.
template <class A, class Join>
__device__ A BeforeThread(A* shared, A value, A none, const Join& join, A* all) {
  const int thread = threadIdx.x;
  shared[thread] = value;
  for (int distance = 1; distance < kBlockThreads; distance *= 2) {
    __syncthreads();
    const A other = thread >= distance ? shared[thread - distance] : none;
    __syncthreads();
    if (thread >= distance) shared[thread] = join(other, shared[thread]);
  }
  __syncthreads();
  const A before = thread > 0 ? shared[thread - 1] : none;
  *all = shared[kBlockThreads - 1];
  __syncthreads();
  return before;
}

template <class Scan>
struct ScanLine {
  const typename Scan::In* in;
  int64_t in_stride, out_place, out_stride;

  __device__ ScanLine(const ScanCall& call, int64_t line) {
    int64_t offsets[2];
    call.lines.Offsets(line, offsets);
    in = static_cast<const typename Scan::In*>(call.in) + offsets[0] + call.start[0];
    in_stride = call.stride[0];
    out_place = offsets[1] + call.start[1];
    out_stride = call.stride[1];
  }
  __device__ typename Scan::A Load(int64_t i) const {
    return Convert<typename Scan::A>(in[i * in_stride]);
  }
  // Stores element i, and joins it to `sum`.
  __device__ void Step(const ScanCall& call, int64_t i, typename Scan::A item,
                       typename Scan::A& sum) const {
    const typename Scan::A before = sum;
    sum = Scan::Join(before, item);
    Scan::Store(call, out_place + i * out_stride, before, sum);
  }
};

template <class Scan>
__global__ void __launch_bounds__(kBlockThreads) ScanKernel(const __grid_constant__ ScanCall call) {
  using A = typename Scan::A;
  __shared__ A shared[kBlockThreads];
  const int thread = threadIdx.x;
  for (int64_t block = blockIdx.x; block < call.line_count * call.pieces; block += gridDim.x) {
    const ScanLine<Scan> line(call, block / call.pieces);
    const int64_t begin = block % call.pieces * call.piece_elements;
    const int64_t end = std::min(call.length, begin + call.piece_elements);
    A before = call.starts != nullptr ? static_cast<const A*>(call.starts)[block] : Scan::None();
    for (int64_t tile = begin; tile < end; tile += kScanTile) {
      const int64_t first = tile + thread * kScanItems;
      A items[kScanItems], sum = Scan::None();
#pragma unroll
      for (int k = 0; k < kScanItems; ++k) {
        items[k] = first + k < end ? line.Load(first + k) : Scan::None();
        sum = Scan::Join(sum, items[k]);
      }
      A tile_sum;
      const A left = BeforeThread(
          shared, sum, Scan::None(), [](A a, A b) { return Scan::Join(a, b); }, &tile_sum);
      A running = Scan::Join(before, left);
      before = Scan::Join(before, tile_sum);
#pragma unroll
      for (int k = 0; k < kScanItems; ++k) {
        if (first + k < end) line.Step(call, first + k, items[k], running);
      }
    }
  }
}

// What each piece comes to, in `starts`.
template <class Scan>
__global__ void __launch_bounds__(kBlockThreads) JoinPieces(const __grid_constant__ ScanCall call) {
  using A = typename Scan::A;
  __shared__ A shared[kBlockThreads];
  for (int64_t block = blockIdx.x; block < call.line_count * call.pieces; block += gridDim.x) {
    const ScanLine<Scan> line(call, block / call.pieces);
    const int64_t begin = block % call.pieces * call.piece_elements;
    const int64_t end = std::min(call.length, begin + call.piece_elements);
    A sum = Scan::None();
    for (int64_t i = begin + threadIdx.x; i < end; i += kBlockThreads) {
      sum = Scan::Join(sum, line.Load(i));
    }
    sum = Lanes{kBlockThreads, true}.Joined(shared, sum, [](A a, A b) { return Scan::Join(a, b); });
    if (threadIdx.x == 0) static_cast<A*>(call.starts)[block] = sum;
  }
}

// From what the pieces come to, to what is before each.
template <class Scan>
struct StartsScan {
  using A = typename Scan::A;
  using In = A;
  using Out = A;
  __device__ static A None() { return Scan::None(); }
  __device__ static A Join(A a, A b) { return Scan::Join(a, b); }
  __device__ static void Store(const ScanCall& call, int64_t place, A before, A) {
    static_cast<A*>(call.out)[place] = before;
  }
};

// Over the lines.
template <class Scan>
struct ScanWholeLine {
  ScanCall call;

  __device__ void operator()(int64_t line) const {
    const ScanLine<Scan> at(call, line);
    typename Scan::A sum = Scan::None();
    for (int64_t i = 0; i < call.length; ++i) at.Step(call, i, at.Load(i), sum);
  }
};

// Lines along dimension `dim` of an input and of an output of the same shape, which has elements;
// with workspace for what the scans of `A` need.
absl::StatusOr<ScanCall> MakeScan(const KernelCall& call, const KernelArgument& in,
                                  const KernelArgument& out, int dim, bool from_back);

template <class Scan>
void LaunchScan(Stream& stream, const ScanCall& call) {
  // Lines of so few elements leave most of a block idle. Of lines side by side neighbouring threads
  // load neighbouring elements, which is worth a thread a line where there are enough to fill a
  // device.
  constexpr int64_t kEnoughLines = 2048, kShortLine = 64, kManyLines = int64_t{1} << 17;
  if ((call.line_count >= kEnoughLines && call.length <= kShortLine) ||
      (call.line_count >= kManyLines && std::abs(call.stride[1]) != 1)) {
    return ForEach(stream, call.line_count, ScanWholeLine<Scan>{call});
  }
  const auto blocks = static_cast<unsigned>(std::min(call.line_count * call.pieces, kMostBlocks));
  if (call.pieces > 1) {
    Launch(stream, blocks, JoinPieces<Scan>, call);
    ScanCall starts;
    starts.lines.rank = 1;
    starts.lines.sizes[0] = call.line_count;
    starts.lines.strides[0][0] = starts.lines.strides[0][1] = call.pieces;
    starts.stride[0] = starts.stride[1] = 1;
    starts.line_count = call.line_count;
    starts.length = starts.piece_elements = call.pieces;
    starts.in = starts.out = call.starts;
    Launch(stream, static_cast<unsigned>(std::min(call.line_count, kMostBlocks)),
           ScanKernel<StartsScan<Scan>>, starts);
  }
  Launch(stream, blocks, ScanKernel<Scan>, call);
}

}  // namespace gradd::cuda
