// Copies, and memory that is set.
#include <cuda_runtime_api.h>

#include <cstring>
#include <vector>

#include "tests/cuda_emulation/device.h"
#include "tests/cuda_emulation/errors.h"
#include "tests/cuda_emulation/memory.h"
#include "tests/cuda_emulation/report.h"
#include "tests/cuda_emulation/stream.h"

using namespace gradd::cuda_emulation;

namespace {

void CheckHost(const void* memory, const char* what) {
  if (DeviceOf(memory) >= 0)
    Fail("%s is told that %p is the host's, but it is a device's", what, memory);
}

void CopyToDevice(CUstream_st& on, void* to, const void* from, size_t bytes) {
  CheckHost(from, "a copy to the device");
  const auto write = [to, bytes](const void* data) {
    CheckUsable(to, bytes, "a copy to the device writes");
    std::memcpy(to, data, bytes);
  };
  if (IsPinned(from, bytes)) {
    on.Enqueue([write, from] { write(from); });
    return;
  }
  // The driver has read pageable memory when it returns, not more.
  const auto* const data = static_cast<const char*>(from);
  on.Enqueue([write, staged = std::vector<char>(data, data + bytes)] { write(staged.data()); });
}

void CopyToHost(CUstream_st& on, void* to, const void* from, size_t bytes) {
  CheckHost(to, "a copy to the host");
  const bool is_pinned = IsPinned(to, bytes);
  on.Enqueue([to, from, bytes] {
    CheckUsable(from, bytes, "a copy to the host reads");
    std::memcpy(to, from, bytes);
  });
  if (!is_pinned) on.Synchronize();
}

void CopyOnDevices(CUstream_st& on, void* to, const void* from, size_t bytes) {
  on.Enqueue([to, from, bytes] {
    CheckUsable(from, bytes, "a copy reads");
    CheckUsable(to, bytes, "a copy writes");
    std::memmove(to, from, bytes);
  });
}

}  // namespace

extern "C" {

cudaError_t cudaMemcpyAsync(void* to, const void* from, size_t bytes, cudaMemcpyKind kind,
                            cudaStream_t stream) {
  if (const cudaError_t error = Enter(); error != cudaSuccess) return error;
  CUstream_st& on = Use(stream);
  if (bytes == 0) return cudaSuccess;
  switch (kind) {
    case cudaMemcpyHostToDevice:
      CopyToDevice(on, to, from, bytes);
      return cudaSuccess;
    case cudaMemcpyDeviceToHost:
      CopyToHost(on, to, from, bytes);
      return Enter();
    case cudaMemcpyDeviceToDevice:
      CopyOnDevices(on, to, from, bytes);
      return cudaSuccess;
    default:
      return Return(cudaErrorNotSupported);
  }
}

cudaError_t cudaMemcpyPeerAsync(void* to, int to_device, const void* from, int from_device,
                                size_t bytes, cudaStream_t stream) {
  if (const cudaError_t error = Enter(); error != cudaSuccess) return error;
  if (bytes == 0) return cudaSuccess;
  if (DeviceOf(to) != to_device || DeviceOf(from) != from_device) {
    Fail("a copy between devices is told of others than its memory's");
  }
  CopyOnDevices(Use(stream), to, from, bytes);
  return cudaSuccess;
}

cudaError_t cudaMemsetAsync(void* memory, int value, size_t bytes, cudaStream_t stream) {
  if (const cudaError_t error = Enter(); error != cudaSuccess) return error;
  Use(stream).Enqueue([memory, value, bytes] {
    CheckUsable(memory, bytes, "cudaMemsetAsync writes");
    std::memset(memory, value, bytes);
  });
  return cudaSuccess;
}
}
