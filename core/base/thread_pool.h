// The threads that sessions and the parallel loops of kernels share.
#pragma once

#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

#include "absl/functional/function_ref.h"

#include "core/base/mutex.h"

namespace gradd {

// Thread-safe.
class ThreadPool {
 public:
  // Something to run. The pool does not own it: it must live until it has run.
  class Task {
   public:
    virtual void Run() = 0;

   protected:
    ~Task() = default;

   private:
    friend class ThreadPool;
    Task* next_ = nullptr;  // while it waits
  };

  explicit ThreadPool(int threads);
  // Runs what is still scheduled, and what that schedules.
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  // Tasks start in the order in which they were scheduled. A running task may schedule itself.
  // REQUIRES: `task` is not waiting already.
  void Schedule(Task& task);
  // True when tasks wait for a thread, so that long work had better give way.
  bool busy() const { return waiting_.load(std::memory_order_relaxed) > 0; }
  int size() const { return static_cast<int>(threads_.size()); }

  // Calls body(begin, end) for pieces of at most `grain` that cover [0, count), and returns when
  // all are done. The caller takes part and idle threads help it; they leave for tasks that wait,
  // so a piece should take well below a millisecond. What the pieces are depends on `count` and
  // `grain` only, never on the number of threads.
  void ParallelFor(int64_t count, int64_t grain, absl::FunctionRef<void(int64_t, int64_t)> body);

  // The pool that the calling thread belongs to; null outside of one.
  static ThreadPool* Current();

 private:
  struct Loop;

  void Work();
  Loop* FindLoop() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Returns whether the thread is to Watch.
  bool Help(Loop& loop);
  // Waits a while for a task, or a loop after the first `offers`, without sleeping.
  void Watch(uint64_t offers);

  Mutex mutex_;
  ConditionVariable work_added_;
  ConditionVariable helper_left_;
  Task* first_ ABSL_GUARDED_BY(mutex_) = nullptr;
  Task* last_ ABSL_GUARDED_BY(mutex_) = nullptr;
  std::vector<Loop*> loops_ ABSL_GUARDED_BY(mutex_);
  int sleeping_ ABSL_GUARDED_BY(mutex_) = 0;
  int watching_ ABSL_GUARDED_BY(mutex_) = 0;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::atomic<int> waiting_{0};
  std::atomic<uint64_t> offers_{0};  // loops so far
  std::vector<std::thread> threads_;
};

}  // namespace gradd
