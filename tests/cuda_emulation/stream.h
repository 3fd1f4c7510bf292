// Streams and events.
#pragma once

#include <cuda_runtime_api.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>

// A thread that does one thing after the other. Once devices are lost it does nothing any more.
struct CUstream_st : std::enable_shared_from_this<CUstream_st> {
 public:
  explicit CUstream_st(int device) : device_(device) {}

  int device() const { return device_; }
  void Enqueue(std::function<void()> work);
  void Synchronize();
  bool IsIdle();
  // Nothing is enqueued any more; what was is still done.
  void Close();

 private:
  void Run();

  const int device_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> queue_;
  bool is_busy_ = false, is_running_ = false, is_closed_ = false;
};

namespace gradd::cuda_emulation {

// The stream, given only to those that may be used: aborts at one that was destroyed, and at the
// default streams, which wait for others.
CUstream_st& Use(cudaStream_t stream);
// Waits for all streams of `device`, those that were destroyed too.
void SynchronizeDevice(int device);

// One cudaEventRecord.
struct Record {
  std::mutex mutex;
  std::condition_variable changed;
  bool is_done = false;
  std::chrono::steady_clock::time_point time;

  void Finish();
  void Wait();  // until it is done or devices are lost
  bool IsDone();
};

}  // namespace gradd::cuda_emulation
