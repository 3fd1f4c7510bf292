// The stream of device/cuda.
#pragma once

#include <cuda_runtime_api.h>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"

#include "core/base/mutex.h"
#include "core/device/cuda/cuda_events.h"
#include "core/device/cuda/cuda_fault.h"
#include "core/device/cuda/free_blocks.h"
#include "core/device/cuda/marks.h"
#include "core/device/cuda/op_timer.h"
#include "core/device/cuda/staging.h"
#include "core/device/stream.h"

namespace gradd::cuda {

class CudaDevice;

// A cudaStream_t that waits for no other. Like every stream it is used by one thread at a time,
// but its memory may be freed by any.
class CudaStream final : public Stream {
 public:
  static absl::StatusOr<RefPtr<CudaStream>> Create(CudaDevice& device,
                                                   const StreamOptions& options);

  // The stream, its device made current for the calling thread: what everything that is given
  // work needs, so there is no other way to it.
  cudaStream_t Use();
  // What became of enqueuing something; a failure is reported by TakeEnqueueError.
  void Note(cudaError_t error, const char* what);

  // `work` must call nothing of CUDA's, so it may let go of no buffer either. What it holds is let
  // go later, by the thread that uses the stream.
  void Enqueue(std::function<void()> work) override;
  absl::Status Synchronize() override;

  void BeginOp(const char* name, bool timed) override;
  void EndOp() override;
  std::optional<int64_t> TakeOpTime() override { return op_timer_.Take(); }
  uint64_t Mark() override { return marks_.Add(); }
  bool HasReached(uint64_t mark) override { return marks_.HasReached(mark); }

  // See Device.
  bool CopyFromHost(void* to, const void* from, size_t bytes);
  void CopyToHost(void* to, const void* from, size_t bytes);

  CudaDevice& device() const { return device_; }
  const StreamOptions& options() const { return options_; }
  FreeBlocks& free_blocks() { return free_blocks_; }
  // Gives the free blocks to the device's pool, in the order of this stream. By any thread.
  void ReturnFreeBlocks();

 private:
  struct HostWork;

  CudaStream(CudaDevice& device, const StreamOptions& options, cudaStream_t stream);
  ~CudaStream() override;
  // Room for a small copy, after waiting for earlier ones if need be; null for a large one.
  void* ClaimStaging(size_t bytes);

  CudaDevice& device_;
  const StreamOptions options_;
  const cudaStream_t stream_;
  FreeBlocks free_blocks_;
  Staging staging_;
  CudaEvents timed_events_{*this, CudaEvents::Kind::kTimed};
  CudaEvents mark_events_{*this, CudaEvents::Kind::kUntimed};
  OpTimer op_timer_{timed_events_};
  Marks marks_{mark_events_};
  bool is_op_timed_ = false;
  bool has_host_work_ = false;  // since the last Synchronize
  Mutex mutex_;
  std::vector<std::unique_ptr<HostWork>> host_work_done_ ABSL_GUARDED_BY(mutex_);
};

// REQUIRES: `stream` is of a device "cuda:N".
inline CudaStream& AsCuda(Stream& stream) { return static_cast<CudaStream&>(stream); }

}  // namespace gradd::cuda
