#include <cub/device/device_radix_sort.cuh>

#include "core/base/status.h"
#include "core/device/cuda/cuda_stream.h"
#include "core/kernels/cuda/radix_sort.h"

namespace gradd::cuda {

absl::StatusOr<PairSorter> PairSorter::Make(const KernelCall& call, int64_t count) {
  PairSorter sorter(call.stream, count);
  for (int k = 0; k < 2; ++k) {
    GRADD_ASSIGN_OR_RETURN(void* const keys, call.workspace.Allocate(count * sizeof(uint64_t)));
    GRADD_ASSIGN_OR_RETURN(void* const places, call.workspace.Allocate(count * sizeof(int64_t)));
    sorter.keys_[k] = static_cast<uint64_t*>(keys);
    sorter.places_[k] = static_cast<int64_t*>(places);
  }
  CudaStream& stream = AsCuda(call.stream);
  cub::DoubleBuffer<uint64_t> keys(sorter.keys_[0], sorter.keys_[1]);
  cub::DoubleBuffer<int64_t> places(sorter.places_[0], sorter.places_[1]);
  cudaStream_t const on = stream.Use();  // whose device decides
  stream.Note(cub::DeviceRadixSort::SortPairs(nullptr, sorter.temporary_bytes_, keys, places, count,
                                              0, 64, on),
              "asking what sorting needs");
  // Never null, which would ask again.
  GRADD_ASSIGN_OR_RETURN(sorter.temporary_, call.workspace.Allocate(
                                                static_cast<int64_t>(sorter.temporary_bytes_) + 1));
  return sorter;
}

void PairSorter::Sort(int bits) {
  CudaStream& stream = AsCuda(stream_);
  cub::DoubleBuffer<uint64_t> keys(keys_[current_], keys_[1 - current_]);
  cub::DoubleBuffer<int64_t> places(places_[current_], places_[1 - current_]);
  cudaStream_t const on = stream.Use();
  stream.Note(cub::DeviceRadixSort::SortPairs(temporary_, temporary_bytes_, keys, places, count_, 0,
                                              bits, on),
              "sorting");
  // Both went the same way.
  if (keys.selector != 0) current_ = 1 - current_;
}

}  // namespace gradd::cuda
