#include "bench/rpc_api/pool.h"

namespace gradd::bench {

Pool::Pool(int threads, std::chrono::microseconds spin) : spin_(spin) {
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { Work(); });
}

Pool::~Pool() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void Pool::Post(Runnable* work) {
  bool wake;
  {
    std::lock_guard lock(mutex_);
    queue_.push_back(work);
    queued_.store(static_cast<int>(queue_.size()), std::memory_order_relaxed);
    wake = sleeping_ > 0;
  }
  if (wake) wake_.notify_one();
}

void Pool::Work() {
  for (;;) {
    if (spin_.count() > 0) {
      const auto until = std::chrono::steady_clock::now() + spin_;
      while (queued_.load(std::memory_order_relaxed) == 0 &&
             std::chrono::steady_clock::now() < until) {
      }
    }
    Runnable* work;
    {
      std::unique_lock lock(mutex_);
      ++sleeping_;
      wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      --sleeping_;
      if (queue_.empty()) return;
      work = queue_.front();
      queue_.pop_front();
      queued_.store(static_cast<int>(queue_.size()), std::memory_order_relaxed);
    }
    work->Run();
  }
}

}  // namespace gradd::bench
