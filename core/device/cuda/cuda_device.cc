#include "core/device/cuda/cuda_device.h"

#include <algorithm>
#include <cstdint>

#include "core/base/status.h"
#include "core/device/cuda/cuda_stream.h"

namespace gradd::cuda {

absl::StatusOr<std::unique_ptr<CudaDevice>> CudaDevice::Create(int index) {
  CudaFault fault(index);
  GRADD_RETURN_IF_ERROR(fault.Check(cudaSetDevice(index), "choosing the device"));
  GRADD_RETURN_IF_ERROR(fault.Check(cudaFree(nullptr), "initialising the device"));
  cudaMemPoolProps properties = {};
  properties.allocType = cudaMemAllocationTypePinned;
  properties.location = {cudaMemLocationTypeDevice, index};
  cudaMemPool_t pool = nullptr;
  GRADD_RETURN_IF_ERROR(
      fault.Check(cudaMemPoolCreate(&pool, &properties), "creating a pool of memory"));
  uint64_t everything = UINT64_MAX;
  GRADD_RETURN_IF_ERROR(fault.Check(
      cudaMemPoolSetAttribute(pool, cudaMemPoolAttrReleaseThreshold, &everything), "a pool"));
  size_t free = 0, total = 0;
  GRADD_RETURN_IF_ERROR(fault.Check(cudaMemGetInfo(&free, &total), "asking for its memory"));
  return std::unique_ptr<CudaDevice>(new CudaDevice(index, pool, total));
}

CudaDevice::~CudaDevice() {
  MakeCurrent();
  // Streams that are gone may still be giving their staging blocks back. On a device that is lost
  // nothing is, and nothing may be waited for.
  if (!fault_.is_lost()) (void)cudaDeviceSynchronize();
  (void)cudaMemPoolDestroy(pool_);
  (void)cudaGetLastError();
}

absl::StatusOr<RefPtr<Stream>> CudaDevice::CreateStream(const StreamOptions& options) {
  GRADD_ASSIGN_OR_RETURN(RefPtr<CudaStream> stream, CudaStream::Create(*this, options));
  return RefPtr<Stream>(std::move(stream));
}

absl::StatusOr<void*> CudaDevice::Allocate(size_t bytes, Stream& stream) {
  CudaStream& own = AsCuda(stream);
  if (void* const block = own.free_blocks().Take(bytes)) return block;
  if (fault_.is_lost()) return fault_.status();
  const auto out_of_memory = [&] {
    return ResourceExhausted("OUT_OF_MEMORY", "CUDA out of memory. Tried to allocate ", bytes,
                             " bytes");
  };
  if (bytes > total_bytes_) return out_of_memory();
  const size_t block_bytes = own.free_blocks().BlockFor(bytes);
  void* memory = nullptr;
  cudaError_t error = cudaMallocFromPoolAsync(&memory, block_bytes, pool_, own.Use());
  if (error == cudaErrorMemoryAllocation) {
    (void)cudaGetLastError();
    GiveBack();
    error = cudaMallocFromPoolAsync(&memory, block_bytes, pool_, own.Use());
  }
  if (error == cudaSuccess) return memory;
  if (error == cudaErrorMemoryAllocation) {
    (void)cudaGetLastError();
    return out_of_memory();
  }
  return fault_.Check(error, "allocating memory");
}

void CudaDevice::Free(void* memory, size_t bytes, Stream& stream) {
  CudaStream& own = AsCuda(stream);
  if (own.free_blocks().Put(memory, bytes) || fault_.is_lost()) return;
  (void)fault_.Check(cudaFreeAsync(memory, own.Use()), "freeing memory");
}

void CudaDevice::GiveBack() {
  {
    MutexLock lock(mutex_);
    for (CudaStream* const stream : streams_) stream->ReturnFreeBlocks();
  }
  MakeCurrent();
  (void)fault_.Check(cudaDeviceSynchronize(), "waiting for memory");
  (void)fault_.Check(cudaMemPoolTrimTo(pool_, 0), "giving memory back");
}

int64_t CudaDevice::cached_bytes() const {
  uint64_t reserved = 0, used = 0;
  (void)cudaMemPoolGetAttribute(pool_, cudaMemPoolAttrReservedMemCurrent, &reserved);
  (void)cudaMemPoolGetAttribute(pool_, cudaMemPoolAttrUsedMemCurrent, &used);
  auto cached = static_cast<int64_t>(reserved) - static_cast<int64_t>(used);
  MutexLock lock(mutex_);
  for (CudaStream* const stream : streams_) cached += stream->free_blocks().bytes();
  return std::max<int64_t>(cached, 0);
}

std::optional<DeviceUsage> CudaDevice::usage() const {
  std::call_once(nvml_once_, [this] {
    char bus_id[32] = "";
    if (cudaDeviceGetPCIBusId(bus_id, sizeof(bus_id), index_) == cudaSuccess) {
      nvml_ = Nvml::Find(bus_id);
    }
  });
  if (nvml_ != nullptr) {
    if (const std::optional<DeviceUsage> usage = nvml_->usage()) return usage;
  }
  if (fault_.is_lost()) return std::nullopt;
  MakeCurrent();
  size_t free = 0, total = 0;
  const cudaError_t error = cudaMemGetInfo(&free, &total);
  (void)cudaGetLastError();  // whoever works there will hear of a fault
  if (error != cudaSuccess) return std::nullopt;
  return DeviceUsage{static_cast<int64_t>(total - free), static_cast<int64_t>(total), std::nullopt};
}

bool CudaDevice::CopyFromHost(void* to, const void* from, size_t bytes, Stream& stream) {
  return AsCuda(stream).CopyFromHost(to, from, bytes);
}

void CudaDevice::CopyToHost(void* to, const void* from, size_t bytes, Stream& stream) {
  AsCuda(stream).CopyToHost(to, from, bytes);
}

bool CudaDevice::CopyFromPeer(void* to, Stream& stream, const void* from, Device& peer,
                              Stream& peer_stream, size_t bytes) {
  if (peer.id().kind != DeviceKind::kCuda) return false;
  const auto& other = static_cast<const CudaDevice&>(peer);
  if (std::find(other.readable_.begin(), other.readable_.end(), index_) == other.readable_.end()) {
    return false;
  }
  CudaStream& reader = AsCuda(stream);
  CudaStream& owner = AsCuda(peer_stream);
  cudaEvent_t written = nullptr, read = nullptr;
  const cudaStream_t owner_stream = owner.Use();
  owner.Note(cudaEventCreateWithFlags(&written, cudaEventDisableTiming), "creating an event");
  owner.Note(cudaEventRecord(written, owner_stream), "recording an event");
  const cudaStream_t reader_stream = reader.Use();
  reader.Note(cudaEventCreateWithFlags(&read, cudaEventDisableTiming), "creating an event");
  reader.Note(cudaStreamWaitEvent(reader_stream, written), "waiting for an event");
  reader.Note(cudaMemcpyPeerAsync(to, index_, from, other.index_, bytes, reader_stream),
              "copying between devices");
  reader.Note(cudaEventRecord(read, reader_stream), "recording an event");
  owner.Note(cudaStreamWaitEvent(owner.Use(), read), "waiting for an event");
  // An event that is waited for lives until it has happened.
  (void)cudaEventDestroy(written);
  (void)cudaEventDestroy(read);
  (void)cudaGetLastError();
  return true;
}

void CudaDevice::AllowAccessBy(const CudaDevice& reader) {
  int can = 0;
  if (cudaDeviceCanAccessPeer(&can, reader.index_, index_) != cudaSuccess || can == 0) {
    (void)cudaGetLastError();
    return;
  }
  cudaMemAccessDesc access = {};
  access.location = {cudaMemLocationTypeDevice, reader.index_};
  access.flags = cudaMemAccessFlagsProtReadWrite;
  if (cudaMemPoolSetAccess(pool_, &access, 1) == cudaSuccess) readable_.push_back(reader.index_);
  (void)cudaGetLastError();
}

void CudaDevice::AddStream(CudaStream* stream) {
  MutexLock lock(mutex_);
  streams_.push_back(stream);
}

void CudaDevice::RemoveStream(CudaStream* stream) {
  MutexLock lock(mutex_);
  streams_.erase(std::find(streams_.begin(), streams_.end(), stream));
}

}  // namespace gradd::cuda
