// Work on a thread of a pool, where parallel loops have helpers.
#pragma once

#include <functional>
#include <utility>

#include "core/base/thread_pool.h"

namespace gradd::testing {

// Runs `work` on one thread of a pool of `threads` and waits for it.
inline void RunInPool(int threads, std::function<void()> work) {
  class Task final : public ThreadPool::Task {
   public:
    explicit Task(std::function<void()> work) : work_(std::move(work)) {}
    void Run() override { work_(); }

   private:
    const std::function<void()> work_;
  };
  Task task(std::move(work));
  ThreadPool pool(threads);
  pool.Schedule(task);
}

}  // namespace gradd::testing
