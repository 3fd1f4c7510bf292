// The work of one session, done one piece after the other on the shared pool.
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "absl/functional/any_invocable.h"

#include "core/base/mutex.h"
#include "core/base/ref.h"
#include "core/base/thread_pool.h"

namespace gradd::server {

// Runs tasks in the order of posting, never two at once. Holds a thread of the pool only while it
// has tasks, and gives it back after a slice of time when others wait, so a session with much to do
// delays another by a slice at most. Counted: it stays until its last task has run.
class Strand final : public RefCounted, private ThreadPool::Task {
 public:
  using Work = absl::AnyInvocable<void()>;

  // `pool` outlives the strand.
  explicit Strand(ThreadPool& pool) : pool_(pool) {}

  // Thread-safe. Tasks up to 16 bytes large cost no allocation.
  void Post(Work work);

  // Within a task: true when it should post the rest of its work and return, because its time is up
  // and others wait.
  bool ShouldYield() const;

 private:
  void Run() override;
  bool SliceIsOver() const;

  ThreadPool& pool_;
  int64_t slice_end_ = 0;  // MonotonicNanos(), used by the running thread
  Mutex mutex_;
  std::vector<Work> queue_ ABSL_GUARDED_BY(mutex_);
  std::atomic<bool> has_queued_{false};
  bool scheduled_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace gradd::server
