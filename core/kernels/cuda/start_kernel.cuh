// The one way to launch a kernel.
#pragma once

#include <cuda_runtime.h>

namespace gradd::cuda {

// Enqueues what nvcc writes as kernel<<<blocks, threads, 0, stream>>>(arguments...), in words that
// every C++ compiler understands (tests/cuda_emulation has one compile kernels for the processor).
template <class... Parameters, class... Arguments>
cudaError_t StartKernel(unsigned blocks, unsigned threads, cudaStream_t stream,
                        void (*kernel)(Parameters...), const Arguments&... arguments) {
  cudaLaunchConfig_t config = {};
  config.gridDim = dim3(blocks);
  config.blockDim = dim3(threads);
  config.stream = stream;
  return cudaLaunchKernelEx(&config, kernel, arguments...);
}

}  // namespace gradd::cuda
