#include "server/metrics/rpc_metrics.h"

#include "gtest/gtest.h"

namespace gradd::server {
namespace {

TEST(RpcMetrics, StreamsAreCountedApartInBucketsOfHours) {
  RpcMetrics metrics;
  metrics.Count("Forward", 0, absl::Milliseconds(1));
  metrics.CountStream("Execute", 0, absl::Hours(3));
  metrics.CountStream("Execute", 0, absl::Hours(12));
  const auto calls = metrics.Collect();
  const auto streams = metrics.CollectStreams();
  ASSERT_EQ(calls.size(), 1u);
  EXPECT_EQ(calls.begin()->first.first, "Forward");
  ASSERT_EQ(streams.size(), 1u);
  const HistogramSnapshot& execute = streams.begin()->second;
  EXPECT_EQ(execute.sum, uint64_t{15} * 3600 * 1'000'000'000);
  EXPECT_EQ(execute.buckets.back(), 0u);
  int used = 0;
  for (const uint64_t bucket : execute.buckets) used += bucket > 0;
  EXPECT_EQ(used, 2);
}

}  // namespace
}  // namespace gradd::server
