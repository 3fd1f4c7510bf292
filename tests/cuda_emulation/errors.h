// What every function of the runtime begins and ends with.
#pragma once

#include <cuda_runtime_api.h>

namespace gradd::cuda_emulation {

// The error that everything fails with once a device is lost; else cudaSuccess. Aborts in host
// functions, which may call nothing of CUDA's.
cudaError_t Enter();
// `error`, which is the thread's last one now unless it is cudaSuccess.
cudaError_t Return(cudaError_t error);

// From now on everything fails.
void LoseDevices(cudaError_t error);
bool AreLost();

// Marks the calling thread as running a host function.
class InHostFunction {
 public:
  InHostFunction();
  ~InHostFunction();
};

}  // namespace gradd::cuda_emulation
