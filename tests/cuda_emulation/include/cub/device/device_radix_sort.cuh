// What is used of cub's header of this name.
#pragma once

#include <cuda_runtime.h>

#include <algorithm>
#include <vector>

namespace cub {

template <class T>
struct DoubleBuffer {
  T* d_buffers[2];
  int selector = 0;

  DoubleBuffer(T* current, T* alternate) : d_buffers{current, alternate} {}
  T* Current() { return d_buffers[selector]; }
  T* Alternate() { return d_buffers[1 - selector]; }
};

}  // namespace cub

namespace gradd::cuda_emulation {

// Enqueues a stable sort of `count` pairs by bits [begin_bit, end_bit) of the keys. Needs
// `temporary_bytes` of the device's memory, which it spoils; asks for them where that is null.
// `spoiled`, unless null, holds garbage then.
cudaError_t SortPairs(void* temporary, size_t& temporary_bytes, const uint64_t* keys_in,
                      uint64_t* keys_out, const int64_t* values_in, int64_t* values_out,
                      int64_t count, int begin_bit, int end_bit, uint64_t* spoiled_keys,
                      int64_t* spoiled_values, cudaStream_t stream);

}  // namespace gradd::cuda_emulation

namespace cub {

struct DeviceRadixSort {
  static cudaError_t SortPairs(void* temporary, size_t& temporary_bytes, const uint64_t* keys_in,
                               uint64_t* keys_out, const int64_t* values_in, int64_t* values_out,
                               int64_t count, int begin_bit, int end_bit, cudaStream_t stream) {
    return gradd::cuda_emulation::SortPairs(temporary, temporary_bytes, keys_in, keys_out,
                                            values_in, values_out, count, begin_bit, end_bit,
                                            nullptr, nullptr, stream);
  }

  // The result is in the other buffers than the input when the number of digits is odd.
  static cudaError_t SortPairs(void* temporary, size_t& temporary_bytes,
                               DoubleBuffer<uint64_t>& keys, DoubleBuffer<int64_t>& values,
                               int64_t count, int begin_bit, int end_bit, cudaStream_t stream) {
    const bool asks = temporary == nullptr;
    const bool moves = (end_bit - begin_bit + 7) / 8 % 2 == 1;
    const cudaError_t error = gradd::cuda_emulation::SortPairs(
        temporary, temporary_bytes, keys.Current(), moves ? keys.Alternate() : keys.Current(),
        values.Current(), moves ? values.Alternate() : values.Current(), count, begin_bit, end_bit,
        moves ? keys.Current() : keys.Alternate(), moves ? values.Current() : values.Alternate(),
        stream);
    if (!asks && moves) keys.selector = values.selector = 1 - keys.selector;
    return error;
  }
};

}  // namespace cub
