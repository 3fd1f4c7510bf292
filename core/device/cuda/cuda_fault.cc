#include "core/device/cuda/cuda_fault.h"

#include "core/base/status.h"

namespace gradd::cuda {
namespace {

// Whether CUDA is still good for anything: asks for something that cannot fail otherwise.
bool StillWorks() {
  (void)cudaGetLastError();
  const cudaError_t now = cudaStreamQuery(cudaStreamPerThread);
  (void)cudaGetLastError();
  // The thread's first use of that stream makes it, for which there may be no memory.
  return now == cudaSuccess || now == cudaErrorNotReady || now == cudaErrorMemoryAllocation;
}

}  // namespace

absl::Status CudaFault::Explain(cudaError_t error, const char* what) {
  (void)cudaGetLastError();
  if (error == cudaErrorMemoryAllocation) {
    return ResourceExhausted("OUT_OF_MEMORY", "CUDA out of memory (", what, ")");
  }
  const auto describe = [&](absl::string_view reason) {
    return InternalError(reason, "cuda:", device_, ": ", what, ": ", cudaGetErrorString(error),
                         " (", cudaGetErrorName(error), ")");
  };
  if (StillWorks()) return describe("CUDA_ERROR");
  MutexLock lock(mutex_);
  if (status_.ok()) status_ = describe("DEVICE_FAULT");
  is_lost_.store(true, std::memory_order_release);
  return status_;
}

absl::Status CudaFault::status() const {
  if (!is_lost()) return absl::OkStatus();
  MutexLock lock(mutex_);
  return status_;
}

}  // namespace gradd::cuda
