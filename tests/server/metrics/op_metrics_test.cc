#include "server/metrics/op_metrics.h"

#include <map>
#include <thread>
#include <vector>

#include "gtest/gtest.h"

#include "core/base/clock.h"
#include "core/ops/op_table.h"

namespace gradd::server {
namespace {

uint64_t CountOf(const HistogramSnapshot& histogram) {
  uint64_t count = 0;
  for (const uint64_t bucket : histogram.buckets) count += bucket;
  return count;
}

void Observe(OpMetrics& metrics, const Op& op, DType dtype = DType::kFloat32,
             Phase phase = Phase::kForward, DeviceId device = {}, uint64_t ticks = 1000) {
  metrics.OnOp({op, phase, device, dtype, 0, 5, 5 + ticks});
}

TEST(OpMetrics, CountsWhatWasSeenAndNothingElse) {
  OpMetrics metrics(100);
  EXPECT_TRUE(metrics.Collect().empty());
  const Op& op = *FindOp("mul");
  Observe(metrics, op);
  Observe(metrics, op);
  Observe(metrics, op, DType::kFloat64, Phase::kBackward, {DeviceKind::kSim, 3});
  const auto entries = metrics.Collect();
  ASSERT_EQ(entries.size(), 2u);
  for (const OpMetrics::Entry& entry : entries) {
    EXPECT_EQ(entry.key.op, &op);
    const bool backward = entry.key.phase == Phase::kBackward;
    EXPECT_EQ(entry.key.dtype, backward ? DType::kFloat64 : DType::kFloat32);
    EXPECT_EQ(entry.key.device, (backward ? DeviceId{DeviceKind::kSim, 3} : DeviceId{}));
    EXPECT_EQ(CountOf(entry.durations), backward ? 1u : 2u);
    EXPECT_NEAR(static_cast<double>(entry.durations.sum),
                1000 * NanosPerTick() * (backward ? 1 : 2), 4);
  }
}

TEST(OpMetrics, EveryCombinationHasAPlaceOfItsOwn) {
  OpMetrics metrics(1'000'000);
  std::map<std::tuple<const Op*, int, int, int>, int> expected;
  for (const Op* op : ObservedOps()) {
    for (int phase = 0; phase < kPhaseCount; ++phase) {
      for (int dtype = 0; dtype < kDTypeCount; ++dtype) {
        for (int8_t index = 0; index < 2; ++index) {
          const int times = static_cast<int>(expected.size() % 3 + 1);
          for (int i = 0; i < times; ++i) {
            Observe(metrics, *op, static_cast<DType>(dtype), static_cast<Phase>(phase),
                    {DeviceKind::kCuda, index});
          }
          expected[{op, phase, dtype, index}] = times;
        }
      }
    }
  }
  const auto entries = metrics.Collect();
  ASSERT_EQ(entries.size(), expected.size());
  for (const OpMetrics::Entry& entry : entries) {
    const int times = expected[{entry.key.op, static_cast<int>(entry.key.phase),
                                static_cast<int>(entry.key.dtype), entry.key.device.index}];
    EXPECT_EQ(CountOf(entry.durations), static_cast<uint64_t>(times));
  }
}

TEST(OpMetrics, SumsOverThreadsAlsoThoseThatEnded) {
  OpMetrics metrics(100);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 1000; ++i) Observe(metrics, *FindOp("add"));
    });
  }
  for (int i = 0; i < 10; ++i) (void)metrics.Collect();
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(CountOf(metrics.Collect().at(0).durations), 4000u);
}

TEST(OpMetrics, CombinationsBeyondTheBoundAreCountedTogether) {
  OpMetrics metrics(2);
  for (int round = 0; round < 3; ++round) {
    for (const char* name : {"add", "mul", "sub", "div"}) Observe(metrics, *FindOp(name));
  }
  std::thread([&] { Observe(metrics, *FindOp("sub")); }).join();
  const auto entries = metrics.Collect();
  ASSERT_EQ(entries.size(), 3u);
  EXPECT_EQ(entries.back().key.op, nullptr);
  EXPECT_EQ(CountOf(entries.back().durations), 7u);
}

TEST(OpMetrics, SeveralAtOnceInOneThreadDoNotMix) {
  OpMetrics one(10);
  {
    OpMetrics other(10);
    Observe(one, *FindOp("add"));
    Observe(other, *FindOp("add"));
    Observe(one, *FindOp("add"));
    EXPECT_EQ(CountOf(other.Collect().at(0).durations), 1u);
  }
  OpMetrics third(10);
  Observe(third, *FindOp("add"));
  EXPECT_EQ(CountOf(one.Collect().at(0).durations), 2u);
  EXPECT_EQ(CountOf(third.Collect().at(0).durations), 1u);
}

void ObserveDevice(OpMetrics& metrics, const Op& op, int64_t nanos) {
  metrics.OnDeviceTime({op, Phase::kForward, {DeviceKind::kCuda, 0}, DType::kFloat32, nanos});
}

TEST(OpMetrics, DeviceTimesAreCountedApart) {
  OpMetrics metrics(100);
  const Op& op = *FindOp("mul");
  Observe(metrics, op, DType::kFloat32, Phase::kForward, {DeviceKind::kCuda, 0});
  EXPECT_TRUE(metrics.CollectDeviceTimes().empty());
  ObserveDevice(metrics, op, 300);
  ObserveDevice(metrics, op, 5000);
  ObserveDevice(metrics, op, -1);
  std::thread([&] { ObserveDevice(metrics, op, 700); }).join();
  EXPECT_EQ(CountOf(metrics.Collect().at(0).durations), 1u);
  const auto entries = metrics.CollectDeviceTimes();
  ASSERT_EQ(entries.size(), 1u);
  EXPECT_EQ(entries[0].key.op, &op);
  EXPECT_EQ(entries[0].key.device, (DeviceId{DeviceKind::kCuda, 0}));
  EXPECT_EQ(CountOf(entries[0].durations), 3u);
  EXPECT_EQ(entries[0].durations.sum, 6000u);
  EXPECT_EQ(entries[0].durations.buckets[BucketOf(5000)], 1u);
}

TEST(OpMetrics, BothKindsOfTimesShareTheBound) {
  OpMetrics metrics(3);
  for (int round = 0; round < 2; ++round) {
    for (const char* name : {"add", "mul", "sub"}) {
      Observe(metrics, *FindOp(name));
      ObserveDevice(metrics, *FindOp(name), 200);
    }
  }
  // In the order of their coming: add, add on the device, mul; then one for each kind.
  const auto host = metrics.Collect(), device = metrics.CollectDeviceTimes();
  ASSERT_EQ(host.size(), 3u);
  EXPECT_EQ(host.back().key.op, nullptr);
  EXPECT_EQ(CountOf(host.back().durations), 2u);
  ASSERT_EQ(device.size(), 2u);
  EXPECT_EQ(device.front().key.op, FindOp("add"));
  EXPECT_EQ(device.back().key.op, nullptr);
  EXPECT_EQ(CountOf(device.back().durations), 4u);
}

TEST(Histogram, BoundsArePowersOfTwo) {
  EXPECT_EQ(BucketOf(0), 0);
  EXPECT_EQ(BucketOf(127), 0);
  EXPECT_EQ(BucketOf(128), 1);
  EXPECT_EQ(BucketOf(255), 1);
  EXPECT_EQ(BucketOf(256), 2);
  EXPECT_EQ(BucketOf(UINT64_MAX), kBuckets - 1);
}

}  // namespace
}  // namespace gradd::server
