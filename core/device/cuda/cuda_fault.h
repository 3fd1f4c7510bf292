// What an error of CUDA means: no memory, a mistake of ours, or a device that is lost.
#pragma once

#include <cuda_runtime_api.h>

#include <atomic>

#include "absl/status/status.h"

#include "core/base/mutex.h"

namespace gradd::cuda {

// The state of one device, shared by its streams. Thread-safe.
class CudaFault {
 public:
  explicit CudaFault(int device) : device_(device) {}

  // What `error`, returned by `what` on the thread whose current device this is, means. Clears the
  // thread's last error. RESOURCE_EXHAUSTED with OUT_OF_MEMORY: the next request may work. INTERNAL
  // with DEVICE_FAULT: CUDA reports it for every call from now on (an illegal address in a kernel,
  // say), so the device is lost. INTERNAL with CUDA_ERROR: a mistake of ours that harmed only this
  // call.
  absl::Status Check(cudaError_t error, const char* what) {
    return error == cudaSuccess ? absl::OkStatus() : Explain(error, what);
  }

  bool is_lost() const { return is_lost_.load(std::memory_order_acquire); }
  // The first error after which the device was lost; OK until then.
  absl::Status status() const;

 private:
  absl::Status Explain(cudaError_t error, const char* what);

  const int device_;
  std::atomic<bool> is_lost_{false};
  mutable Mutex mutex_;
  absl::Status status_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace gradd::cuda
