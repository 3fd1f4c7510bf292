// How the threads of a block share outputs that are made of many elements each.
#pragma once

#include <algorithm>
#include <cstdint>

#include "core/kernels/cuda/launch.cuh"

namespace gradd::cuda {

// The largest power of two that is not above `n`. REQUIRES: n > 0.
inline int64_t FloorPowerOfTwo(int64_t n) {
  int64_t power = 1;
  while (power <= n / 2) power *= 2;
  return power;
}

// Threads of a block that work on one output together. A parameter of kernels.
struct Lanes {
  int count = 1;  // a power of two, at most kBlockThreads
  // Neighbouring threads work on one output, whose elements lie together; otherwise they work on
  // neighbouring outputs.
  bool is_along = true;

  // For `outputs` outputs of `elements` each. REQUIRES: outputs > 0.
  static Lanes For(int64_t outputs, int64_t elements, bool is_along) {
    // Across, threads that load together are a warp's at least where there are so many outputs.
    int64_t most = kBlockThreads;
    if (!is_along) most = outputs >= 32 ? 8 : kBlockThreads / (2 * FloorPowerOfTwo(outputs));
    constexpr int64_t kEach = 8;  // elements that a thread joins before threads do
    const int64_t wanted = FloorPowerOfTwo(std::max<int64_t>(1, elements / kEach));
    return {static_cast<int>(std::min(wanted, most)), is_along};
  }

  __host__ __device__ int outputs() const { return kBlockThreads / count; }  // of a block
  int64_t BlocksFor(int64_t all_outputs) const { return (all_outputs - 1) / outputs() + 1; }

  // This thread's output in the block, and its place among the threads of that.
  __device__ int output() const { return is_along ? threadIdx.x / count : threadIdx.x % outputs(); }
  __device__ int lane() const { return is_along ? threadIdx.x % count : threadIdx.x / outputs(); }

  // What `join` makes of the values of all lanes, in an order that depends on `count` only; each
  // lane gets it. Called by all threads of the block together. `shared`: kBlockThreads of them, in
  // shared memory.
  template <class A, class Join>
  __device__ A Joined(A* shared, A value, const Join& join) const {
    const int step = is_along ? 1 : outputs();
    A* const mine = shared + threadIdx.x;
    const int place = lane();
    *mine = value;
    for (int half = count / 2; half > 0; half /= 2) {
      Wait();
      if (place < half) *mine = join(*mine, mine[half * step]);
    }
    Wait();
    const A joined = *(mine - place * step);
    Wait();
    return joined;
  }

 private:
  __device__ void Wait() const {
    if (is_along && count <= 32) {
      __syncwarp();  // the lanes of an output are of one warp
    } else {
      __syncthreads();
    }
  }
};

}  // namespace gradd::cuda
