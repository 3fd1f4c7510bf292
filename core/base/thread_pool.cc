#include "core/base/thread_pool.h"

#include <algorithm>

#include "core/base/parallel_for.h"
#include "core/base/time_slice.h"

namespace gradd {
namespace {
thread_local ThreadPool* current_pool = nullptr;
}  // namespace

// Lives on the caller's stack, so it leaves `loops_` and waits for its helpers before it dies.
struct ThreadPool::Loop {
  const int64_t count;
  const int64_t grain;
  const absl::FunctionRef<void(int64_t, int64_t)> body;
  std::atomic<int64_t> next{0};
  int helpers = 0;  // guarded by the pool's mutex

  bool done() const { return next.load(std::memory_order_relaxed) >= count; }

  bool RunPiece() {
    if (done()) return false;
    const int64_t begin = next.fetch_add(grain, std::memory_order_relaxed);
    if (begin >= count) return false;
    body(begin, std::min(begin + grain, count));
    return true;
  }
};

ThreadPool::ThreadPool(int threads) {
  threads_.reserve(threads);
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { Work(); });
}

ThreadPool::~ThreadPool() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
  }
  work_added_.NotifyAll();
  for (std::thread& thread : threads_) thread.join();
}

void ThreadPool::Schedule(Task& task) {
  bool wake;
  {
    MutexLock lock(mutex_);
    task.next_ = nullptr;
    (first_ == nullptr ? first_ : last_->next_) = &task;
    last_ = &task;
    waiting_.fetch_add(1, std::memory_order_relaxed);
    wake = sleeping_ > 0;
  }
  if (wake) work_added_.NotifyOne();
}

void ThreadPool::Work() {
  current_pool = this;
  UseShortTimeSlices();
  for (;;) {
    Task* task = nullptr;
    Loop* loop = nullptr;
    {
      MutexLock lock(mutex_);
      while (first_ == nullptr && (loop = FindLoop()) == nullptr) {
        if (stopping_) return;
        ++sleeping_;
        work_added_.Wait(mutex_);
        --sleeping_;
      }
      if (first_ != nullptr) {
        task = first_;
        first_ = task->next_;
        waiting_.fetch_sub(1, std::memory_order_relaxed);
        loop = nullptr;
      } else {
        ++loop->helpers;
      }
    }
    if (task != nullptr) {
      task->Run();
    } else {
      Help(*loop);
    }
  }
}

ThreadPool::Loop* ThreadPool::FindLoop() {
  for (Loop* loop : loops_) {
    if (!loop->done()) return loop;
  }
  return nullptr;
}

void ThreadPool::Help(Loop& loop) {
  while (!busy() && loop.RunPiece()) GiveWay();
  MutexLock lock(mutex_);
  // The caller waits for this under the mutex, so `loop` is good until it is released.
  if (--loop.helpers == 0) helper_left_.NotifyAll();
}

void ThreadPool::ParallelFor(int64_t count, int64_t grain,
                             absl::FunctionRef<void(int64_t, int64_t)> body) {
  Loop loop{count, std::max<int64_t>(grain, 1), body};
  const int64_t pieces = count <= 0 ? 0 : (count - 1) / loop.grain + 1;
  if (pieces > 1) {
    int wake;
    {
      MutexLock lock(mutex_);
      loops_.push_back(&loop);
      wake = static_cast<int>(std::min<int64_t>(sleeping_, pieces - 1));
    }
    for (int i = 0; i < wake; ++i) work_added_.NotifyOne();
  }
  while (loop.RunPiece()) {
    if (pieces > 1) GiveWay();
  }
  if (pieces > 1) {
    MutexLock lock(mutex_);
    loops_.erase(std::find(loops_.begin(), loops_.end(), &loop));
    while (loop.helpers > 0) helper_left_.Wait(mutex_);
  }
}

ThreadPool* ThreadPool::Current() { return current_pool; }

void ParallelFor(int64_t count, int64_t grain, absl::FunctionRef<void(int64_t, int64_t)> body) {
  if (ThreadPool* const pool = ThreadPool::Current()) return pool->ParallelFor(count, grain, body);
  grain = std::max<int64_t>(grain, 1);
  for (int64_t begin = 0; begin < count; begin += grain) {
    body(begin, std::min(begin + grain, count));
  }
}

}  // namespace gradd
