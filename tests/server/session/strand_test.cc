#include "server/session/strand.h"

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include "gtest/gtest.h"

#include "core/base/clock.h"

namespace gradd::server {
namespace {

void Spin(absl::Duration duration) {
  const int64_t end = MonotonicNanos() + absl::ToInt64Nanoseconds(duration);
  while (MonotonicNanos() < end) {
  }
}

TEST(Strand, RunsInOrderAndNeverTwoAtOnce) {
  std::vector<int> order;  // unguarded: the strand sees to that
  {
    ThreadPool pool(4);
    auto strand = MakeRef<Strand>(pool);
    for (int i = 0; i < 10'000; ++i) {
      strand->Post([&order, i] { order.push_back(i); });
    }
  }
  ASSERT_EQ(order.size(), 10'000u);
  for (int i = 0; i < 10'000; ++i) EXPECT_EQ(order[i], i);
}

TEST(Strand, TasksMayPostTasksFromManyThreads) {
  int64_t count = 0;
  {
    ThreadPool pool(3);
    auto strand = MakeRef<Strand>(pool);
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 1000; ++i) {
          strand->Post([&, strand] { strand->Post([&count] { ++count; }); });
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  EXPECT_EQ(count, 4000);
}

TEST(Strand, LivesUntilItsLastTaskHasRun) {
  std::atomic<bool> ran{false};
  ThreadPool pool(1);
  {
    auto strand = MakeRef<Strand>(pool);
    strand->Post([] { Spin(absl::Milliseconds(20)); });
    strand->Post([&] { ran = true; });
  }
  while (!ran) std::this_thread::yield();
}

// With one thread, a strand that has seconds of work delays another by about a slice.
TEST(Strand, HeavyStrandDelaysALightOneByASliceOnly) {
  ThreadPool pool(1);
  auto heavy = MakeRef<Strand>(pool), light = MakeRef<Strand>(pool);
  std::atomic<bool> stop{false};
  for (int i = 0; i < 4000; ++i) {
    heavy->Post([&] {
      if (!stop) Spin(absl::Microseconds(500));
    });
  }
  int64_t worst = 0;
  for (int i = 0; i < 20; ++i) {
    std::atomic<bool> done{false};
    const int64_t start = MonotonicNanos();
    light->Post([&] { done = true; });
    while (!done) std::this_thread::sleep_for(std::chrono::microseconds(100));
    worst = std::max(worst, MonotonicNanos() - start);
  }
  stop = true;
  // A slice is a millisecond; the rest is for machines with other things to do.
  EXPECT_LT(worst, 500'000'000);
}

TEST(Strand, YieldsOnlyToOthers) {
  ThreadPool pool(1);
  auto strand = MakeRef<Strand>(pool), other = MakeRef<Strand>(pool);
  std::atomic<bool> alone{true}, beside_other{false};
  std::atomic<bool> done{false};
  strand->Post([&] {
    Spin(absl::Milliseconds(3));
    alone = strand->ShouldYield();
    other->Post([&] { done = true; });
    beside_other = strand->ShouldYield();
  });
  while (!done) std::this_thread::yield();
  EXPECT_FALSE(alone);
  EXPECT_TRUE(beside_other);
}

}  // namespace
}  // namespace gradd::server
