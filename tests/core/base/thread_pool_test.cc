#include "core/base/thread_pool.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <numeric>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

#include "core/base/parallel_for.h"

namespace gradd {
namespace {

struct Counter final : ThreadPool::Task {
  explicit Counter(std::atomic<int>& total) : count(total) {}
  void Run() override { ++count; }
  std::atomic<int>& count;
};

TEST(ThreadPool, RunsWhatWasScheduledBeforeItEnds) {
  std::atomic<int> count{0};
  std::vector<Counter> tasks(1000, Counter(count));
  {
    ThreadPool pool(3);
    for (Counter& task : tasks) pool.Schedule(task);
  }
  EXPECT_EQ(count, 1000);
}

TEST(ThreadPool, TaskMayScheduleItselfAgain) {
  struct Again final : ThreadPool::Task {
    explicit Again(ThreadPool& p) : pool(p) {}
    void Run() override {
      EXPECT_EQ(ThreadPool::Current(), &pool);
      if (--left > 0) pool.Schedule(*this);
    }
    ThreadPool& pool;
    int left = 500;
  };
  ThreadPool* outer = ThreadPool::Current();
  EXPECT_EQ(outer, nullptr);
  std::unique_ptr<Again> task;
  {
    ThreadPool pool(2);
    task = std::make_unique<Again>(pool);
    pool.Schedule(*task);
  }
  EXPECT_EQ(task->left, 0);
}

// The pieces of a loop, in order.
std::vector<std::pair<int64_t, int64_t>> Pieces(ThreadPool* pool, int64_t count, int64_t grain) {
  Mutex mutex;
  std::vector<std::pair<int64_t, int64_t>> pieces;
  const auto body = [&](int64_t begin, int64_t end) {
    MutexLock lock(mutex);
    pieces.emplace_back(begin, end);
  };
  if (pool != nullptr) {
    pool->ParallelFor(count, grain, body);
  } else {
    ParallelFor(count, grain, body);
  }
  std::sort(pieces.begin(), pieces.end());
  return pieces;
}

TEST(ThreadPool, PiecesDoNotDependOnTheNumberOfThreads) {
  ThreadPool one(1), four(4);
  for (const int64_t count : {0, 1, 7, 100, 1000}) {
    for (const int64_t grain : {0, 1, 3, 100, 5000}) {
      const auto pieces = Pieces(&one, count, grain);
      EXPECT_EQ(pieces, Pieces(&four, count, grain));
      EXPECT_EQ(pieces, Pieces(nullptr, count, grain));
      int64_t next = 0;
      for (const auto& [begin, end] : pieces) {
        EXPECT_EQ(begin, next);
        EXPECT_LE(end - begin, std::max<int64_t>(grain, 1));
        next = end;
      }
      EXPECT_EQ(next, count);
    }
  }
}

TEST(ThreadPool, LoopsWithinLoopsWithinTasks) {
  struct Outer final : ThreadPool::Task {
    void Run() override {
      ParallelFor(20, 1, [&](int64_t, int64_t) {
        ParallelFor(20, 3, [&](int64_t begin, int64_t end) { sum += end - begin; });
      });
    }
    std::atomic<int64_t> sum{0};
  };
  std::vector<Outer> tasks(50);
  {
    ThreadPool pool(3);
    for (Outer& task : tasks) pool.Schedule(task);
  }
  for (const Outer& task : tasks) EXPECT_EQ(task.sum, 400);
}

TEST(ThreadPool, WritesOfHelpersAreSeenAfterwards) {
  ThreadPool pool(4);
  for (int round = 0; round < 200; ++round) {
    std::vector<int> values(1000);
    pool.ParallelFor(1000, 10, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) values[i] = static_cast<int>(i);
    });
    EXPECT_EQ(std::accumulate(values.begin(), values.end(), 0), 499'500);
  }
}

}  // namespace
}  // namespace gradd
