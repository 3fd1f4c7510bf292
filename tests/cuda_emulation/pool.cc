// Memory pools, and pinned memory.
#include <cuda_runtime_api.h>

#include <mutex>

#include "tests/cuda_emulation/device.h"
#include "tests/cuda_emulation/errors.h"
#include "tests/cuda_emulation/memory.h"
#include "tests/cuda_emulation/report.h"
#include "tests/cuda_emulation/stream.h"

using namespace gradd::cuda_emulation;

// Keeps what is free until it is trimmed, whatever threshold is set.
struct CUmemPoolHandle_st {
  int device;
  std::mutex mutex;
  size_t used = 0, reserved = 0;
};

namespace {

struct PoolOf {
  std::mutex mutex;
  CUmemPoolHandle_st* pool[kMostDevices] = {};  // one is enough for each
};

PoolOf& Pools() {
  static PoolOf* const kPools = new PoolOf;
  return *kPools;
}

void* Allocate(CUmemPoolHandle_st& pool, size_t bytes) {
  std::lock_guard<std::mutex> lock(pool.mutex);
  void* const block = AllocateOnDevice(pool.device, bytes);
  if (block != nullptr) {
    pool.used = UsedBytes(pool.device);
    if (pool.reserved < pool.used) pool.reserved = pool.used;
  }
  return block;
}

}  // namespace

extern "C" {

cudaError_t cudaMemPoolCreate(cudaMemPool_t* pool, const cudaMemPoolProps* properties) {
  if (const cudaError_t error = Enter(); error != cudaSuccess) return error;
  const int device = properties->location.id;
  if (properties->allocType != cudaMemAllocationTypePinned || device < 0 ||
      properties->location.type != cudaMemLocationTypeDevice || device >= DeviceCount()) {
    return Return(cudaErrorInvalidValue);
  }
  *pool = new CUmemPoolHandle_st{device, {}};
  std::lock_guard<std::mutex> lock(Pools().mutex);
  Pools().pool[device] = *pool;
  return cudaSuccess;
}

cudaError_t cudaMemPoolDestroy(cudaMemPool_t pool) {
  {
    std::lock_guard<std::mutex> lock(Pools().mutex);
    if (Pools().pool[pool->device] == pool) Pools().pool[pool->device] = nullptr;
  }
  delete pool;
  return Enter();
}

cudaError_t cudaMemPoolSetAttribute(cudaMemPool_t, cudaMemPoolAttr attribute, void*) {
  if (const cudaError_t error = Enter(); error != cudaSuccess) return error;
  return Return(attribute == cudaMemPoolAttrReleaseThreshold ? cudaSuccess : cudaErrorNotSupported);
}

cudaError_t cudaMemPoolGetAttribute(cudaMemPool_t pool, cudaMemPoolAttr attribute, void* value) {
  if (const cudaError_t error = Enter(); error != cudaSuccess) return error;
  std::lock_guard<std::mutex> lock(pool->mutex);
  if (attribute == cudaMemPoolAttrReservedMemCurrent) {
    *static_cast<uint64_t*>(value) = pool->reserved;
  } else if (attribute == cudaMemPoolAttrUsedMemCurrent) {
    *static_cast<uint64_t*>(value) = UsedBytes(pool->device);
  } else {
    return Return(cudaErrorNotSupported);
  }
  return cudaSuccess;
}

cudaError_t cudaMemPoolSetAccess(cudaMemPool_t pool, const cudaMemAccessDesc* access,
                                 size_t count) {
  if (const cudaError_t error = Enter(); error != cudaSuccess) return error;
  for (size_t i = 0; i < count; ++i) AllowAccess(access[i].location.id, pool->device);
  return cudaSuccess;
}

cudaError_t cudaMemPoolTrimTo(cudaMemPool_t pool, size_t bytes) {
  if (const cudaError_t error = Enter(); error != cudaSuccess) return error;
  std::lock_guard<std::mutex> lock(pool->mutex);
  const size_t used = UsedBytes(pool->device);
  if (pool->reserved > used) pool->reserved = used > bytes ? used : bytes;
  return cudaSuccess;
}

cudaError_t cudaMallocFromPoolAsync(void** memory, size_t bytes, cudaMemPool_t pool,
                                    cudaStream_t stream) {
  if (const cudaError_t error = Enter(); error != cudaSuccess) return error;
  CUstream_st& on = Use(stream);
  if (on.device() != pool->device) return Return(cudaErrorInvalidValue);
  *memory = Allocate(*pool, bytes);
  if (*memory == nullptr && bytes <= kDeviceBytes) {
    on.Synchronize();  // the pool gives what this stream will have freed by then
    *memory = Allocate(*pool, bytes);
  }
  return Return(*memory != nullptr ? cudaSuccess : cudaErrorMemoryAllocation);
}

cudaError_t cudaFreeAsync(void* memory, cudaStream_t stream) {
  if (const cudaError_t error = Enter(); error != cudaSuccess) return error;
  CheckUsable(memory, 1, "cudaFreeAsync frees");
  Use(stream).Enqueue([memory] { FreeOnDevice(memory); });
  return cudaSuccess;
}

cudaError_t cudaFree(void* memory) {
  if (const cudaError_t error = Enter(); error != cudaSuccess) return error;
  if (memory != nullptr) Fail("cudaFree of memory is not emulated");
  return cudaSuccess;
}

cudaError_t cudaHostAlloc(void** memory, size_t bytes, unsigned flags) {
  if (const cudaError_t error = Enter(); error != cudaSuccess) return error;
  if (flags != cudaHostAllocPortable) return Return(cudaErrorNotSupported);
  *memory = AllocatePinned(bytes);
  return cudaSuccess;
}

cudaError_t cudaFreeHost(void* memory) {
  if (const cudaError_t error = Enter(); error != cudaSuccess) return error;
  for (int device = 0; device < DeviceCount(); ++device) SynchronizeDevice(device);
  FreePinned(memory);
  return Enter();
}
}
