#include <cub/device/device_radix_sort.cuh>

#include "core/base/status.h"
#include "core/device/cuda/cuda_device.h"
#include "core/kernels/cuda/launch.cuh"
#include "core/kernels/cuda/position_sort.h"

namespace gradd::cuda {
namespace {

struct NumberPositions {
  int64_t* out;
  __device__ void operator()(int64_t i) const { out[i] = i; }
};

}  // namespace

absl::StatusOr<PositionSort> PositionSort::Make(const KernelCall& call, int64_t count, int bits) {
  PositionSort sort;
  sort.count_ = count;
  sort.bits_ = bits;
  GRADD_ASSIGN_OR_RETURN(void* const memory, call.workspace.Allocate(3 * count * 8));
  sort.keys_ = static_cast<uint64_t*>(memory);
  sort.positions_ = reinterpret_cast<int64_t*>(sort.keys_ + count);
  sort.unsorted_ = sort.positions_ + count;
  CudaStream& stream = AsCuda(call.stream);
  const cudaError_t error = cub::DeviceRadixSort::SortPairs(
      nullptr, sort.scratch_bytes_, sort.keys_, sort.keys_, sort.unsorted_, sort.positions_, count,
      0, bits, stream.Use());
  GRADD_RETURN_IF_ERROR(
      stream.device().fault_state().Check(error, "asking how much memory sorting takes"));
  GRADD_ASSIGN_OR_RETURN(sort.scratch_,
                         call.workspace.Allocate(static_cast<int64_t>(sort.scratch_bytes_)));
  return sort;
}

void PositionSort::Run(Stream& stream, const uint64_t* keys) const {
  ForEach(stream, count_, NumberPositions{unsorted_});
  CudaStream& cuda = AsCuda(stream);
  size_t bytes = scratch_bytes_;
  cuda.Note(cub::DeviceRadixSort::SortPairs(scratch_, bytes, keys, keys_, unsorted_, positions_,
                                            count_, 0, bits_, cuda.Use()),
            "sorting");
}

}  // namespace gradd::cuda
