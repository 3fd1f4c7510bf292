// What kernels see of CUDA when the processor's compiler compiles them: stands for the toolkit's
// header of this name, and is included before everything else, as nvcc does with that one.
#pragma once

#include <cuda_runtime_api.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <tuple>
#include <utility>

#undef __device__
#undef __global__
#undef __host__
#undef __shared__
#undef __grid_constant__
#define __device__
#define __global__
#define __host__
#define __grid_constant__
#define __launch_bounds__(...)
// Blocks run one after the other, so one copy of what a block's threads share is enough.
#define __shared__ static

// Of the thread that runs.
extern uint3 threadIdx, blockIdx;
extern dim3 blockDim, gridDim;

// The line tells barriers apart: threads that wait together have to wait at the same one.
void __syncthreads(int line = __builtin_LINE());
void __syncwarp(unsigned mask = ~0u, int line = __builtin_LINE());

// Only one thread runs at a time.
inline long long atomicMin(long long* to, long long value) {
  const long long before = *to;
  if (value < before) *to = value;
  return before;
}

namespace gradd::cuda_emulation {

// A kernel with its parameters, copied.
struct KernelWork {
  dim3 grid, block;
  const void* kernel;
  const char* signature;
  void* parameters;
  void (*run)(const void* parameters);  // one thread of it
  void (*free)(void* parameters);
};

cudaError_t LaunchKernel(const cudaLaunchConfig_t& config, size_t parameter_bytes,
                         const KernelWork& work);

template <class... Parameters>
struct BoundKernel {
  void (*kernel)(Parameters...);
  std::tuple<Parameters...> parameters;

  static void Run(const void* bound) {
    Call(*static_cast<const BoundKernel*>(bound), std::index_sequence_for<Parameters...>());
  }
  static void Free(void* bound) { delete static_cast<BoundKernel*>(bound); }

 private:
  // Reads the host's memory, as the kernel itself must not (access.h).
  template <size_t... K>
  __attribute__((no_sanitize("kernel-address"))) static void Call(const BoundKernel& own,
                                                                  std::index_sequence<K...>) {
    own.kernel(std::get<K>(own.parameters)...);
  }
};

}  // namespace gradd::cuda_emulation

template <class... Parameters, class... Arguments>
cudaError_t cudaLaunchKernelEx(const cudaLaunchConfig_t* config, void (*kernel)(Parameters...),
                               const Arguments&... arguments) {
  using Bound = gradd::cuda_emulation::BoundKernel<Parameters...>;
  auto* const bound = new Bound{kernel, std::tuple<Parameters...>(arguments...)};
  return gradd::cuda_emulation::LaunchKernel(
      *config, (sizeof(Parameters) + ... + 0),
      {config->gridDim, config->blockDim, reinterpret_cast<const void*>(kernel),
       __PRETTY_FUNCTION__, bound, &Bound::Run, &Bound::Free});
}

template <class... Parameters>
cudaError_t cudaFuncGetAttributes(cudaFuncAttributes* attributes, void (*kernel)(Parameters...)) {
  return cudaFuncGetAttributes(attributes, reinterpret_cast<const void*>(kernel));
}
