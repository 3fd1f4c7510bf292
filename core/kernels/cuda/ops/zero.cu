#include "core/kernels/cuda/launch.cuh"
#include "core/kernels/kernel.h"

namespace gradd::cuda {
namespace {

absl::Status RunZero(const KernelCall& call) {
  // Zero is all bits 0 in every dtype.
  const int64_t bytes = call.outputs[0].spec->byte_count();
  CudaStream& stream = AsCuda(call.stream);
  if (bytes > 0) {
    stream.Note(cudaMemsetAsync(call.outputs[0].data, 0, bytes, stream.Use()), "clearing memory");
  }
  return absl::OkStatus();
}

}  // namespace

Kernel ZeroKernel() { return {&RunZero}; }

}  // namespace gradd::cuda
