// The stream of device/sim.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <thread>

#include "absl/time/time.h"

#include "core/base/mutex.h"
#include "core/device/stream.h"

namespace gradd {

// The error of a device that is lost.
absl::Status SimFault(bool faulted);

class SimStream final : public Stream {
 public:
  SimStream(absl::Duration delay, std::shared_ptr<std::atomic<bool>> device_faulted);
  ~SimStream() override;

  void Enqueue(std::function<void()> work) override;
  absl::Status Synchronize() override;
  // A piece of work each that notes when it ran.
  void BeginOp(const char* name, bool timed) override;
  void EndOp() override;
  std::optional<int64_t> TakeOpTime() override;
  uint64_t Mark() override;
  bool HasReached(uint64_t mark) override;
  void InjectFault() { *faulted_ = true; }

 private:
  void Run();

  const absl::Duration delay_;
  const std::shared_ptr<std::atomic<bool>> faulted_;  // the device's
  Mutex mutex_;
  ConditionVariable work_added_;
  ConditionVariable work_done_;
  std::deque<std::function<void()>> queue_ ABSL_GUARDED_BY(mutex_);
  bool busy_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::deque<int64_t> op_times_ ABSL_GUARDED_BY(mutex_);
  uint64_t reached_ ABSL_GUARDED_BY(mutex_) = 0;
  // The caller's, and the worker's.
  uint64_t marks_ = 0;
  bool is_timed_ = false;
  int64_t op_began_ = 0;
  std::thread worker_;
};

}  // namespace gradd
