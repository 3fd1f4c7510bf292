// The kernels of softmax and log_softmax, and of their vjps.
#pragma once

#include "core/kernels/cuda/lanes.cuh"
#include "core/kernels/cuda/pack.cuh"
#include "core/kernels/cuda/strided_layout.h"
#include "core/kernels/functors/convert.h"
#include "core/ops/scalar.h"

namespace gradd::cuda {

// Rows are the elements along the dimension. Operands: the inputs, then the output, which may be
// the first input.
struct SoftmaxCall {
  StridedLayout<3> rows;  // over the other dimensions
  int64_t strides[3];     // along a row
  int64_t row_count, length, blocks;
  Lanes lanes;
  bool is_row;      // the elements of a row are contiguous, in every operand
  bool is_aligned;  // and packs of them begin where they may
  const void* in[2];
  void* out;
};

// What elements are computed with; sums are double.
template <class T>
using SoftmaxNumber = std::conditional_t<std::is_same_v<T, double>, double, float>;

// This lane's elements of one row.
template <class T, int N>
class RowShare {
 public:
  using C = SoftmaxNumber<T>;

  __device__ RowShare(const SoftmaxCall& call, int64_t row) : call_(call) {
    is_empty_ = row >= call.row_count;
    int64_t offsets[3] = {};
    if (!is_empty_) call.rows.Offsets(row, offsets);
    for (int n = 0; n < N; ++n) in_[n] = static_cast<const T*>(call.in[n]) + offsets[n];
    out_ = static_cast<T*>(call.out) + offsets[2];
  }

  // body(numbers of the inputs) for each.
  template <class Body>
  __device__ void ForEach(const Body& body) const {
    Walk<false>([&body](const C(&x)[N]) {
      body(x);
      return C(0);
    });
  }
  // Stores what body returns.
  template <class Body>
  __device__ void Write(const Body& body) const {
    Walk<true>(body);
  }

 private:
  template <bool kWrites, class Body>
  __device__ void Walk(const Body& body) const {
    if (is_empty_) return;
    const int lanes = call_.lanes.count, lane = call_.lanes.lane();
    C x[N];
    if (!call_.is_row) {
      for (int64_t i = lane; i < call_.length; i += lanes) {
#pragma unroll
        for (int n = 0; n < N; ++n) x[n] = Convert<C>(in_[n][i * call_.strides[n]]);
        const C y = body(x);
        if (kWrites) out_[i * call_.strides[2]] = Convert<T>(y);
      }
      return;
    }
    // Which lane has which elements does not depend on whether they can be loaded together.
    constexpr int kItems = 16 / sizeof(T);
    using Items = Pack<T, kItems>;
    for (int64_t i = int64_t{lane} * kItems; i < call_.length; i += int64_t{lanes} * kItems) {
      const bool is_whole = call_.is_aligned && i + kItems <= call_.length;
      Items in[N], out;
#pragma unroll
      for (int n = 0; n < N; ++n) {
        if (is_whole) {
          in[n] = *reinterpret_cast<const Items*>(in_[n] + i);
        } else {
          for (int k = 0; k < kItems && i + k < call_.length; ++k) in[n].item[k] = in_[n][i + k];
        }
      }
#pragma unroll
      for (int k = 0; k < kItems; ++k) {
        if (i + k >= call_.length) break;
#pragma unroll
        for (int n = 0; n < N; ++n) x[n] = Convert<C>(in[n].item[k]);
        out.item[k] = Convert<T>(body(x));
      }
      if (!kWrites) continue;
      if (is_whole) {
        *reinterpret_cast<Items*>(out_ + i) = out;
      } else {
        for (int k = 0; k < kItems && i + k < call_.length; ++k) out_[i + k] = out.item[k];
      }
    }
  }

  const SoftmaxCall& call_;
  const T* in_[N];
  T* out_;
  bool is_empty_;
};

__device__ inline double SumOfLanes(const Lanes& lanes, double* shared, double share) {
  return lanes.Joined(shared, share, [](double a, double b) { return a + b; });
}

// The largest element of a row, NaN if one is, and the sum of exp(x - largest).
template <class T>
struct RowMeasure {
  using C = SoftmaxNumber<T>;
  C largest;
  double sum;

  __device__ RowMeasure(const SoftmaxCall& call, const RowShare<T, 1>& row, double* shared) {
    C most = -INFINITY;
    row.ForEach([&most](const C(&x)[1]) { most = ops::maximum(most, x[0]); });
    const auto join = [](double a, double b) { return ops::maximum(a, b); };
    const C shift = static_cast<C>(call.lanes.Joined(shared, static_cast<double>(most), join));
    double share = 0;
    row.ForEach([&](const C(&x)[1]) { share += static_cast<double>(ops::exp(x[0] - shift)); });
    largest = shift;
    sum = SumOfLanes(call.lanes, shared, share);
  }
};

template <class T>
struct SoftmaxRow {
  using C = SoftmaxNumber<T>;
  static constexpr int kInputs = 1;

  __device__ static void Run(const SoftmaxCall& call, const RowShare<T, 1>& row, double* shared) {
    const RowMeasure<T> measure(call, row, shared);
    const C shift = measure.largest, factor = static_cast<C>(1 / measure.sum);
    row.Write([=](const C(&x)[1]) { return ops::exp(x[0] - shift) * factor; });
  }
};

template <class T>
struct LogSoftmaxRow {
  using C = SoftmaxNumber<T>;
  static constexpr int kInputs = 1;

  __device__ static void Run(const SoftmaxCall& call, const RowShare<T, 1>& row, double* shared) {
    const RowMeasure<T> measure(call, row, shared);
    const C shift = measure.largest, log_sum = static_cast<C>(::log(measure.sum));
    row.Write([=](const C(&x)[1]) { return x[0] - shift - log_sum; });
  }
};

template <class T>
struct SoftmaxVjpRow {
  using C = SoftmaxNumber<T>;
  static constexpr int kInputs = 2;

  __device__ static void Run(const SoftmaxCall& call, const RowShare<T, 2>& row, double* shared) {
    double share = 0;
    row.ForEach([&share](const C(&x)[2]) { share += static_cast<double>(x[0] * x[1]); });
    const C dot = static_cast<C>(SumOfLanes(call.lanes, shared, share));
    row.Write([=](const C(&x)[2]) { return x[1] * (x[0] - dot); });
  }
};

template <class T>
struct LogSoftmaxVjpRow {
  using C = SoftmaxNumber<T>;
  static constexpr int kInputs = 2;

  __device__ static void Run(const SoftmaxCall& call, const RowShare<T, 2>& row, double* shared) {
    double share = 0;
    row.ForEach([&share](const C(&x)[2]) { share += static_cast<double>(x[0]); });
    const C sum = static_cast<C>(SumOfLanes(call.lanes, shared, share));
    row.Write([=](const C(&x)[2]) { return x[0] - ops::exp(x[1]) * sum; });
  }
};

template <class Row, class T>
__global__ void __launch_bounds__(kBlockThreads)
    SoftmaxKernel(const __grid_constant__ SoftmaxCall call) {
  __shared__ double shared[kBlockThreads];
  for (int64_t block = blockIdx.x; block < call.blocks; block += gridDim.x) {
    const int64_t row = block * call.lanes.outputs() + call.lanes.output();
    Row::Run(call, RowShare<T, Row::kInputs>(call, row), shared);
  }
}

}  // namespace gradd::cuda
