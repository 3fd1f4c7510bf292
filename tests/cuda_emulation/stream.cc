#include "tests/cuda_emulation/stream.h"

#include <cstdlib>
#include <set>
#include <thread>
#include <vector>

#include "tests/cuda_emulation/device.h"
#include "tests/cuda_emulation/errors.h"
#include "tests/cuda_emulation/report.h"

namespace gradd::cuda_emulation {
namespace {

struct Streams {
  std::mutex mutex;
  std::set<CUstream_st*> usable;
  std::set<std::shared_ptr<CUstream_st>> all;  // with those that still have work
};

Streams& TheStreams() {
  static Streams* const kStreams = new Streams;
  return *kStreams;
}

// What is late shows what does not wait for it.
std::chrono::microseconds Delay() {
  static const char* const kText = std::getenv("GRADD_EMULATED_DELAY_US");
  static const std::chrono::microseconds kDelay(kText == nullptr ? 0 : std::atoi(kText));
  return kDelay;
}

}  // namespace

CUstream_st& Use(cudaStream_t stream) {
  Streams& streams = TheStreams();
  std::lock_guard<std::mutex> lock(streams.mutex);
  if (streams.usable.count(stream) == 0) {
    Fail("stream %p is a default one or was destroyed", static_cast<void*>(stream));
  }
  return *stream;
}

void SynchronizeDevice(int device) {
  std::vector<std::shared_ptr<CUstream_st>> all;
  {
    std::lock_guard<std::mutex> lock(TheStreams().mutex);
    all.assign(TheStreams().all.begin(), TheStreams().all.end());
  }
  for (const auto& stream : all) {
    if (stream->device() == device) stream->Synchronize();
  }
}

}  // namespace gradd::cuda_emulation

using namespace gradd::cuda_emulation;

void CUstream_st::Enqueue(std::function<void()> work) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (!is_running_) {
    is_running_ = true;
    std::thread([own = shared_from_this()] { own->Run(); }).detach();
  }
  queue_.push_back(std::move(work));
  changed_.notify_all();
}

void CUstream_st::Run() {
  std::unique_lock<std::mutex> lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return !queue_.empty() || is_closed_; });
    if (queue_.empty()) break;
    const std::function<void()> work = std::move(queue_.front());
    queue_.pop_front();
    is_busy_ = true;
    lock.unlock();
    if (Delay().count() > 0) std::this_thread::sleep_for(Delay());
    if (!AreLost()) work();
    lock.lock();
    is_busy_ = false;
    changed_.notify_all();
  }
  lock.unlock();
  std::lock_guard<std::mutex> all(TheStreams().mutex);
  TheStreams().all.erase(shared_from_this());
}

void CUstream_st::Synchronize() {
  std::unique_lock<std::mutex> lock(mutex_);
  changed_.wait(lock, [this] { return queue_.empty() && !is_busy_; });
}

bool CUstream_st::IsIdle() {
  std::lock_guard<std::mutex> lock(mutex_);
  return queue_.empty() && !is_busy_;
}

void CUstream_st::Close() {
  std::lock_guard<std::mutex> lock(mutex_);
  is_closed_ = true;
  changed_.notify_all();
}

extern "C" {

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned flags) {
  if (const cudaError_t error = Enter(); error != cudaSuccess) return error;
  if (flags != cudaStreamNonBlocking) Fail("only streams that do not block are emulated");
  auto made = std::make_shared<CUstream_st>(CurrentDevice());
  Streams& streams = TheStreams();
  std::lock_guard<std::mutex> lock(streams.mutex);
  streams.usable.insert(made.get());
  *stream = made.get();
  streams.all.insert(std::move(made));
  return cudaSuccess;
}

cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  CUstream_st& used = Use(stream);
  Streams& streams = TheStreams();
  const std::shared_ptr<CUstream_st> own = used.shared_from_this();
  {
    std::lock_guard<std::mutex> lock(streams.mutex);
    streams.usable.erase(stream);
    if (own->IsIdle()) streams.all.erase(own);
  }
  own->Close();
  return Enter();
}

cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
  if (const cudaError_t error = Enter(); error != cudaSuccess) return error;
  Use(stream).Synchronize();
  return Enter();
}

cudaError_t cudaStreamQuery(cudaStream_t stream) {
  if (const cudaError_t error = Enter(); error != cudaSuccess) return error;
  // Asked whether CUDA works at all: nothing is ever enqueued there.
  if (stream == cudaStreamPerThread) return cudaSuccess;
  return Return(Use(stream).IsIdle() ? cudaSuccess : cudaErrorNotReady);
}

cudaError_t cudaLaunchHostFunc(cudaStream_t stream, cudaHostFn_t function, void* data) {
  if (const cudaError_t error = Enter(); error != cudaSuccess) return error;
  Use(stream).Enqueue([function, data] {
    const InHostFunction in_host_function;
    function(data);
  });
  return cudaSuccess;
}
}
