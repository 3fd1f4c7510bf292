// The stream of device/sim.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
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
  std::thread worker_;
};

}  // namespace gradd
