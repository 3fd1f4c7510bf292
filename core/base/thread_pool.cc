#include "core/base/thread_pool.h"

#include <sched.h>

#include <algorithm>

#include "core/base/clock.h"
#include "core/base/parallel_for.h"
#include "core/base/time_slice.h"

namespace gradd {
namespace {
thread_local ThreadPool* current_pool = nullptr;

// How long a thread that has helped with a loop looks out for the next one, and a loop's owner for
// the end of its helpers, before they sleep: waking up takes as long as a small step's loops do.
constexpr int64_t kWatchNanos = 100'000;

void PauseProcessor() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

template <class Done>
void WatchUntil(const Done& done) {
  if (done()) return;
  const int64_t until = MonotonicNanos() + kWatchNanos;
  do {
    // Mostly without the kernel, whose locks the threads that work need.
    for (int i = 0; i < 64 && !done(); ++i) PauseProcessor();
    sched_yield();
  } while (!done() && MonotonicNanos() < until);
}
}  // namespace

// Lives on the caller's stack, so it leaves `loops_` and waits for its helpers before it dies.
struct ThreadPool::Loop {
  const int64_t count;
  const int64_t grain;
  const absl::FunctionRef<void(int64_t, int64_t)> body;
  std::atomic<int64_t> next{0};
  std::atomic<int> helpers{0};  // changed under the pool's mutex

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
    wake = sleeping_ > 0 && watching_ == 0;
  }
  if (wake) work_added_.NotifyOne();
}

void ThreadPool::Watch(uint64_t offers) {
  WatchUntil([&] { return offers_.load(std::memory_order_relaxed) != offers || busy(); });
}

void ThreadPool::Work() {
  current_pool = this;
  UseShortTimeSlices();
  bool watched = false;
  for (;;) {
    Task* task = nullptr;
    Loop* loop = nullptr;
    bool wake = false;
    {
      MutexLock lock(mutex_);
      if (watched) --watching_;
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
        wake = watched && first_ != nullptr && sleeping_ > 0;
      } else {
        ++loop->helpers;
      }
    }
    if (wake) work_added_.NotifyOne();
    watched = false;
    if (task != nullptr) {
      task->Run();
    } else {
      const uint64_t offers = offers_.load(std::memory_order_relaxed);
      watched = Help(*loop);
      if (watched) Watch(offers);
    }
  }
}

ThreadPool::Loop* ThreadPool::FindLoop() {
  for (Loop* loop : loops_) {
    if (!loop->done()) return loop;
  }
  return nullptr;
}

bool ThreadPool::Help(Loop& loop) {
  while (!busy() && loop.RunPiece()) GiveWay();
  MutexLock lock(mutex_);
  // The caller waits for this under the mutex, so `loop` is good until it is released.
  if (loop.helpers.fetch_sub(1, std::memory_order_release) == 1) helper_left_.NotifyAll();
  if (busy() || watching_ > 0) return false;
  ++watching_;
  return true;
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
      offers_.fetch_add(1, std::memory_order_relaxed);
      wake = static_cast<int>(std::min<int64_t>(sleeping_, pieces - 1 - watching_));
    }
    for (int i = 0; i < wake; ++i) work_added_.NotifyOne();
  }
  while (loop.RunPiece()) {
    if (pieces > 1) GiveWay();
  }
  if (pieces > 1) {
    {
      MutexLock lock(mutex_);
      loops_.erase(std::find(loops_.begin(), loops_.end(), &loop));
    }
    // Nobody joins from here on, and whoever has is in a last piece.
    WatchUntil([&loop] { return loop.helpers.load(std::memory_order_acquire) == 0; });
    if (loop.helpers.load(std::memory_order_acquire) == 0) return;
    MutexLock lock(mutex_);
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
