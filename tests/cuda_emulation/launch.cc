// Kernel launches, and the sorts that stand for cub's.
#include <atomic>
#include <cstdlib>
#include <numeric>

#include <cub/device/device_radix_sort.cuh>

#include "tests/cuda_emulation/access.h"
#include "tests/cuda_emulation/block.h"
#include "tests/cuda_emulation/device.h"
#include "tests/cuda_emulation/errors.h"
#include "tests/cuda_emulation/memory.h"
#include "tests/cuda_emulation/stream.h"

namespace gradd::cuda_emulation {
namespace {

constexpr unsigned kMostThreads = 1024;
constexpr size_t kMostParameterBytes = 32764;  // since sm_70

// The environment variable GRADD_EMULATED_FAULT=N: the kernel launched as the Nth loses the
// devices.
bool IsToFault() {
  static const char* const kText = std::getenv("GRADD_EMULATED_FAULT");
  static std::atomic<int> launches{0};
  return kText != nullptr && ++launches == std::atoi(kText);
}

cudaError_t CheckLaunch(const cudaLaunchConfig_t& config, size_t parameter_bytes) {
  const dim3 grid = config.gridDim, block = config.blockDim;
  if (grid.x == 0 || grid.x > INT32_MAX || block.x == 0 || block.x > kMostThreads ||
      config.dynamicSmemBytes != 0 || config.numAttrs != 0 ||
      grid.y * grid.z * block.y * block.z != 1) {
    return cudaErrorInvalidConfiguration;
  }
  if (parameter_bytes > kMostParameterBytes) return cudaErrorInvalidValue;
  return Use(config.stream).device() == CurrentDevice() ? cudaSuccess
                                                        : cudaErrorInvalidResourceHandle;
}

}  // namespace

cudaError_t LaunchKernel(const cudaLaunchConfig_t& config, size_t parameter_bytes,
                         const KernelWork& work) {
  cudaError_t error = Enter();
  if (error == cudaSuccess) error = CheckLaunch(config, parameter_bytes);
  const std::shared_ptr<void> parameters(work.parameters, work.free);
  if (error != cudaSuccess) return Return(error);
  CUstream_st& on = Use(config.stream);
  if (IsToFault()) {
    on.Enqueue([] { LoseDevices(cudaErrorIllegalAddress); });
    return cudaSuccess;
  }
  on.Enqueue([work, parameters, device = on.device()] {
    AllowModule(work.kernel);
    RunKernel(work, device);
  });
  return cudaSuccess;
}

cudaError_t SortPairs(void* temporary, size_t& temporary_bytes, const uint64_t* keys_in,
                      uint64_t* keys_out, const int64_t* values_in, int64_t* values_out,
                      int64_t count, int begin_bit, int end_bit, uint64_t* spoiled_keys,
                      int64_t* spoiled_values, cudaStream_t stream) {
  if (const cudaError_t error = Enter(); error != cudaSuccess) return error;
  const size_t needs = 1024 + static_cast<size_t>(count) / 4;
  if (temporary == nullptr) {
    temporary_bytes = needs;
    return cudaSuccess;
  }
  if (temporary_bytes < needs || begin_bit < 0 || end_bit > 64 || begin_bit > end_bit) {
    return Return(cudaErrorInvalidValue);
  }
  Use(stream).Enqueue([=] {
    const size_t bytes = count * sizeof(uint64_t);
    CheckUsable(keys_in, bytes, "sorting reads");
    CheckUsable(values_in, bytes, "sorting reads");
    CheckUsable(keys_out, bytes, "sorting writes");
    CheckUsable(values_out, bytes, "sorting writes");
    CheckUsable(temporary, needs, "sorting spoils");
    std::memset(temporary, 0xCD, needs);
    const int bits = end_bit - begin_bit;
    const uint64_t mask = bits == 64 ? ~uint64_t{0} : ((uint64_t{1} << bits) - 1) << begin_bit;
    const std::vector<uint64_t> keys(keys_in, keys_in + count);
    const std::vector<int64_t> values(values_in, values_in + count);
    std::vector<int64_t> order(count);
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(),
                     [&](int64_t a, int64_t b) { return (keys[a] & mask) < (keys[b] & mask); });
    for (void* const spoiled :
         {static_cast<void*>(spoiled_keys), static_cast<void*>(spoiled_values)}) {
      CheckUsable(spoiled, spoiled == nullptr ? 0 : bytes, "sorting spoils");
      if (spoiled != nullptr) std::memset(spoiled, 0xCD, bytes);
    }
    for (int64_t i = 0; i < count; ++i) {
      keys_out[i] = keys[order[i]];
      values_out[i] = values[order[i]];
    }
  });
  return cudaSuccess;
}

}  // namespace gradd::cuda_emulation
