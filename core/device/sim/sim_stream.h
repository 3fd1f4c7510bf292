// The stream of device/sim.
#pragma once

#include <deque>
#include <functional>
#include <thread>

#include "absl/time/time.h"

#include "core/base/mutex.h"
#include "core/device/stream.h"

namespace gradd {

class SimStream final : public Stream {
 public:
  explicit SimStream(absl::Duration delay);
  ~SimStream() override;

  void Enqueue(std::function<void()> work) override;
  absl::Status Synchronize() override;
  void InjectFault();

 private:
  void Run();

  const absl::Duration delay_;
  Mutex mutex_;
  ConditionVariable work_added_;
  ConditionVariable work_done_;
  std::deque<std::function<void()>> queue_ ABSL_GUARDED_BY(mutex_);
  bool busy_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  bool faulted_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread worker_;
};

}  // namespace gradd
