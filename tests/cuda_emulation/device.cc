#include "tests/cuda_emulation/device.h"

#include <cuda_runtime_api.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>

#include "tests/cuda_emulation/errors.h"
#include "tests/cuda_emulation/memory.h"
#include "tests/cuda_emulation/report.h"
#include "tests/cuda_emulation/stream.h"

namespace gradd::cuda_emulation {
namespace {
thread_local int t_device = 0;
std::atomic<bool> g_access[kMostDevices][kMostDevices];
}  // namespace

int DeviceCount() {
  static const char* const kText = std::getenv("GRADD_EMULATED_DEVICES");
  static const int kCount = kText == nullptr ? 1 : std::clamp(std::atoi(kText), 0, kMostDevices);
  return kCount;
}

int CurrentDevice() { return t_device; }
bool HasAccess(int reader, int owner) { return reader == owner || g_access[reader][owner]; }
void AllowAccess(int reader, int owner) { g_access[reader][owner] = true; }

}  // namespace gradd::cuda_emulation

using namespace gradd::cuda_emulation;

extern "C" {

cudaError_t cudaGetDeviceCount(int* count) {
  if (const cudaError_t error = Enter(); error != cudaSuccess) return error;
  *count = DeviceCount();
  return Return(*count == 0 ? cudaErrorNoDevice : cudaSuccess);
}

cudaError_t cudaSetDevice(int device) {
  if (device < 0 || device >= DeviceCount()) return Return(cudaErrorInvalidDevice);
  t_device = device;
  return Enter();
}

cudaError_t cudaDriverGetVersion(int* version) {
  *version = CUDART_VERSION;
  return cudaSuccess;
}

cudaError_t cudaDeviceSynchronize() {
  if (const cudaError_t error = Enter(); error != cudaSuccess) return error;
  SynchronizeDevice(t_device);
  return Enter();
}

cudaError_t cudaDeviceCanAccessPeer(int* can, int reader, int owner) {
  if (const cudaError_t error = Enter(); error != cudaSuccess) return error;
  *can = reader != owner ? 1 : 0;
  return cudaSuccess;
}

cudaError_t cudaDeviceGetPCIBusId(char* text, int bytes, int device) {
  if (const cudaError_t error = Enter(); error != cudaSuccess) return error;
  if (device < 0 || device >= DeviceCount()) return Return(cudaErrorInvalidDevice);
  std::snprintf(text, bytes, "0000:%02x:00.0", device + 1);
  return cudaSuccess;
}

cudaError_t cudaFuncGetAttributes(cudaFuncAttributes* attributes, const void*) {
  if (const cudaError_t error = Enter(); error != cudaSuccess) return error;
  *attributes = {};
  return cudaSuccess;
}

cudaError_t cudaMemGetInfo(size_t* free, size_t* total) {
  if (const cudaError_t error = Enter(); error != cudaSuccess) return error;
  *total = kDeviceBytes;
  *free = kDeviceBytes - UsedBytes(t_device);
  return cudaSuccess;
}
}
