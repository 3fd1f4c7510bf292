// Whether the module was compiled for a device.
#pragma once

#include <cuda_runtime_api.h>

namespace gradd::cuda {

// cudaSuccess, or why the current device cannot run the module's kernels.
cudaError_t HasCodeForCurrentDevice();

}  // namespace gradd::cuda
