#ifndef GRADD_BENCH_RPC_API_POOL_H_
#define GRADD_BENCH_RPC_API_POOL_H_

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

namespace gradd::bench {

class Runnable {
 public:
  virtual void Run() = 0;

 protected:
  ~Runnable() = default;
};

// Stands for the compute pool: runs what is posted, in order of posting, on `threads` threads.
// An idle thread looks for work for `spin` before it blocks. Post is thread-safe.
class Pool {
 public:
  Pool(int threads, std::chrono::microseconds spin);
  ~Pool();  // runs what is still queued

  void Post(Runnable* work);  // REQUIRES: *work lives until it has run

 private:
  void Work();

  const std::chrono::microseconds spin_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Runnable*> queue_;
  std::atomic<int> queued_{0};  // queue_.size(), readable without the mutex while spinning
  int sleeping_ = 0;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace gradd::bench

#endif  // GRADD_BENCH_RPC_API_POOL_H_
