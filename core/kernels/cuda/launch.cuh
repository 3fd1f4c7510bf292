// Flat-index functors on the device: the counterpart of core/kernels/cpu/for_each.h.
//
// There is no ForEachInOrder. Where the processor goes through elements one after the other, a
// device does one of three things: it gives each thread a line of the output of its own, within
// which there is an order (ScatterElements); it finds what is first with an atomic minimum over
// positions (indices.cuh); or it sorts by target first and adds each run in order. Atomic
// additions of floating numbers are none of them: their order, and so the result, changes from run
// to run.
#pragma once

#include <algorithm>
#include <cstdint>

#include "core/device/cuda/cuda_stream.h"
#include "core/kernels/cuda/start_kernel.cuh"

namespace gradd::cuda {

// Of a block, for kernels of ours that have no reason for another number.
inline constexpr int kBlockThreads = 256;
// More blocks than any device runs at once; each thread does several calls then.
inline constexpr int64_t kMostBlocks = int64_t{1} << 20;

// Blocks for `count` threads' worth of calls. REQUIRES: count > 0.
inline unsigned BlocksFor(int64_t count) {
  return static_cast<unsigned>(std::min((count - 1) / kBlockThreads + 1, kMostBlocks));
}

// Enqueues `kernel` with kBlockThreads a block. A launch that fails is reported by
// Stream::TakeEnqueueError, which whoever called the op's kernel asks.
template <class... Parameters, class... Arguments>
void Launch(Stream& stream, unsigned blocks, void (*kernel)(Parameters...),
            const Arguments&... arguments) {
  CudaStream& cuda = AsCuda(stream);
  cuda.Note(StartKernel(blocks, kBlockThreads, cuda.Use(), kernel, arguments...),
            "launching a kernel");
}

template <class Functor>
__global__ void __launch_bounds__(kBlockThreads)
    ForEachKernel(int64_t count, const __grid_constant__ Functor functor) {
  const int64_t step = int64_t{gridDim.x} * kBlockThreads;
  for (int64_t i = int64_t{blockIdx.x} * kBlockThreads + threadIdx.x; i < count; i += step) {
    functor(i);
  }
}

// functor(i) for i in [0, count), in the order of the stream and in no order among themselves, so
// no two calls may write to the same place. The functor is copied: it may hold pointers to the
// device's memory and numbers, not references.
template <class Functor>
void ForEach(Stream& stream, int64_t count, const Functor& functor) {
  static_assert(sizeof(Functor) <= 4000, "does not fit a kernel's parameters");
  if (count > 0) Launch(stream, BlocksFor(count), ForEachKernel<Functor>, count, functor);
}

}  // namespace gradd::cuda
