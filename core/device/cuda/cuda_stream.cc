#include "core/device/cuda/cuda_stream.h"

#include <cstdlib>
#include <cstring>
#include <utility>

#include "core/base/status.h"
#include "core/device/cuda/cuda_device.h"
#include "core/device/cuda/op_ranges.h"

namespace gradd::cuda {
namespace {
// Set for compute-sanitizer, which sees no mistake within a block that is larger than it had to be.
constexpr char kExactBlocks[] = "GRADD_CUDA_EXACT_BLOCKS";
}  // namespace

struct CudaStream::HostWork {
  std::function<void()> work;
  CudaStream* stream;
};

absl::StatusOr<RefPtr<CudaStream>> CudaStream::Create(CudaDevice& device,
                                                      const StreamOptions& options) {
  GRADD_RETURN_IF_ERROR(device.fault());
  device.MakeCurrent();
  cudaStream_t stream = nullptr;
  cudaError_t error = cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking);
  if (error == cudaErrorMemoryAllocation) {
    (void)cudaGetLastError();
    device.GiveBack();
    error = cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking);
  }
  GRADD_RETURN_IF_ERROR(device.fault_state().Check(error, "creating a stream"));
  return RefPtr<CudaStream>(new CudaStream(device, options, stream));
}

CudaStream::CudaStream(CudaDevice& device, const StreamOptions& options, cudaStream_t stream)
    : Stream(false),
      device_(device),
      options_(options),
      stream_(stream),
      free_blocks_(std::getenv(kExactBlocks) == nullptr),
      staging_(device.pinned()) {
  device_.AddStream(this);
}

CudaStream::~CudaStream() {
  device_.RemoveStream(this);
  (void)Use();
  // Nobody waits for a session that ends, but its host work would come back to this stream.
  if (has_host_work_) (void)cudaStreamSynchronize(stream_);
  ReturnFreeBlocks();
  if (staging_.block() != nullptr) {
    // Copies may still be reading the block. Putting it into a list is nothing of CUDA's.
    using Return = std::pair<PinnedBlocks*, void*>;
    auto* const block = new Return(&staging_.pinned(), staging_.block());
    const auto put = [](void* data) {
      const std::unique_ptr<Return> own(static_cast<Return*>(data));
      own->first->Put(own->second);
    };
    if (cudaLaunchHostFunc(stream_, put, block) != cudaSuccess) delete block;  // a lost device
  }
  (void)cudaStreamDestroy(stream_);  // once its work is done
  (void)cudaGetLastError();
}

cudaStream_t CudaStream::Use() {
  device_.MakeCurrent();
  return stream_;
}

void CudaStream::Note(cudaError_t error, const char* what) {
  if (error == cudaSuccess) return;
  // What is no tensor (code of kernels, events) comes from what the pool leaves: the next time
  // there is some.
  if (error == cudaErrorMemoryAllocation) {
    (void)cudaGetLastError();
    device_.GiveBack();
  }
  SetEnqueueError(device_.fault_state().Check(error, what));
}

void CudaStream::Enqueue(std::function<void()> work) {
  auto host_work = std::make_unique<HostWork>(HostWork{std::move(work), this});
  const auto run = [](void* data) {
    std::unique_ptr<HostWork> own(static_cast<HostWork*>(data));
    own->work();
    CudaStream& stream = *own->stream;
    MutexLock lock(stream.mutex_);
    stream.host_work_done_.push_back(std::move(own));
  };
  has_host_work_ = true;
  const cudaError_t error = cudaLaunchHostFunc(Use(), run, host_work.get());
  if (error == cudaSuccess) {
    (void)host_work.release();  // run() has it
  } else {
    Note(error, "enqueuing host work");
  }
}

absl::Status CudaStream::Synchronize() {
  absl::Status status = device_.fault();
  if (status.ok()) {
    status = device_.fault_state().Check(cudaStreamSynchronize(Use()), "waiting for a stream");
  }
  if (!status.ok()) {
    staging_.Discard();
    return status;
  }
  staging_.Finish();
  has_host_work_ = false;
  std::vector<std::unique_ptr<HostWork>> done;
  {
    MutexLock lock(mutex_);
    done.swap(host_work_done_);
  }
  done.clear();  // may free buffers, which takes no part of this stream that is locked
  return TakeEnqueueError();
}

void CudaStream::BeginOp(const char* name, bool timed) {
  BeginRange(name);
  is_op_timed_ = timed;
  if (timed) op_timer_.Begin();
}

void CudaStream::EndOp() {
  if (is_op_timed_) op_timer_.End();
  EndRange();
}

void* CudaStream::ClaimStaging(size_t bytes) {
  if (bytes > Staging::kLargest) return nullptr;
  if (void* const room = staging_.Claim(bytes)) return room;
  if (staging_.block() == nullptr) return nullptr;
  SetEnqueueError(Synchronize());
  return staging_.Claim(bytes);
}

bool CudaStream::CopyFromHost(void* to, const void* from, size_t bytes) {
  void* const staged = ClaimStaging(bytes);
  if (staged != nullptr) {
    std::memcpy(staged, from, bytes);
    from = staged;
  }
  Note(cudaMemcpyAsync(to, from, bytes, cudaMemcpyHostToDevice, Use()), "copying to the device");
  return staged != nullptr;
}

void CudaStream::CopyToHost(void* to, const void* from, size_t bytes) {
  void* const staged = ClaimStaging(bytes);
  if (staged != nullptr) staging_.CopyOutLater(to, staged, bytes);
  Note(cudaMemcpyAsync(staged != nullptr ? staged : to, from, bytes, cudaMemcpyDeviceToHost, Use()),
       "copying to the host");
}

void CudaStream::ReturnFreeBlocks() {
  const std::vector<void*> blocks = free_blocks_.TakeAll();
  if (blocks.empty()) return;
  const cudaStream_t stream = Use();
  for (void* const block : blocks) {
    if (device_.fault_state().is_lost()) return;
    (void)device_.fault_state().Check(cudaFreeAsync(block, stream), "freeing memory");
  }
}

}  // namespace gradd::cuda
