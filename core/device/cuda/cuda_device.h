// Devices "cuda:N".
#pragma once

#include <cuda_runtime_api.h>

#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"

#include "core/base/mutex.h"
#include "core/device/cuda/cuda_fault.h"
#include "core/device/cuda/nvml.h"
#include "core/device/cuda/staging.h"
#include "core/device/device.h"

namespace gradd::cuda {

class CudaStream;

// Memory comes from a pool of the driver's (cudaMallocFromPoolAsync): allocating and freeing are
// work of a stream, so a free never waits; a block goes to another stream only after the events
// that make that safe; and pages of free blocks are put together into larger ones, which lists of
// sizes cannot do. The pool keeps what is free until memory runs out. Small blocks wait in lists of
// their stream first (free_blocks.h).
class CudaDevice final : public Device {
 public:
  // Of the device that CUDA counts as `index`.
  static absl::StatusOr<std::unique_ptr<CudaDevice>> Create(int index);
  ~CudaDevice() override;

  DeviceId id() const override { return {DeviceKind::kCuda, static_cast<int8_t>(index_)}; }
  absl::StatusOr<RefPtr<Stream>> CreateStream(const StreamOptions& options) override;
  absl::StatusOr<void*> Allocate(size_t bytes, Stream& stream) override;
  void Free(void* memory, size_t bytes, Stream& stream) override;
  int64_t cached_bytes() const override;
  bool CopyFromHost(void* to, const void* from, size_t bytes, Stream& stream) override;
  void CopyToHost(void* to, const void* from, size_t bytes, Stream& stream) override;
  bool CopyFromPeer(void* to, Stream& stream, const void* from, Device& peer, Stream& peer_stream,
                    size_t bytes) override;
  // By NVML; without it, CUDA tells of the memory alone.
  std::optional<DeviceUsage> usage() const override;
  absl::Status fault() const override { return fault_.status(); }

  // Lets `reader`'s kernels and copies reach this device's memory, where the machine can.
  void AllowAccessBy(const CudaDevice& reader);

  // For the streams of this device.
  void MakeCurrent() const { (void)cudaSetDevice(index_); }
  CudaFault& fault_state() { return fault_; }
  PinnedBlocks& pinned() { return pinned_; }
  void AddStream(CudaStream* stream);
  void RemoveStream(CudaStream* stream);
  // Everything that is free goes back to the system, where others than the pool find it. Waits for
  // the device.
  void GiveBack();

 private:
  CudaDevice(int index, cudaMemPool_t pool, size_t total_bytes)
      : index_(index), pool_(pool), total_bytes_(total_bytes), fault_(index) {}

  const int index_;
  const cudaMemPool_t pool_;
  const size_t total_bytes_;
  CudaFault fault_;
  PinnedBlocks pinned_;
  std::vector<int> readable_;  // by whom, besides itself; constant once the process serves
  mutable std::once_flag nvml_once_;
  mutable std::unique_ptr<Nvml> nvml_;  // looked for when somebody first asks for the usage
  mutable Mutex mutex_;
  std::vector<CudaStream*> streams_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace gradd::cuda
