#include "server/metrics/command_metrics.h"

#include <thread>

#include "gtest/gtest.h"

#include "core/base/clock.h"

namespace gradd::server {
namespace {

using Command = v1::Command;

HistogramSnapshot Of(const CommandMetrics& metrics, const std::string& kind) {
  for (const CommandMetrics::Entry& entry : metrics.Collect()) {
    if (entry.kind == kind) return entry.durations;
  }
  ADD_FAILURE() << "no kind " << kind;
  return {};
}

uint64_t CountOf(const HistogramSnapshot& histogram) {
  uint64_t count = 0;
  for (const uint64_t bucket : histogram.buckets) count += bucket;
  return count;
}

TEST(CommandMetrics, EveryKindIsThereFromTheStart) {
  CommandMetrics metrics;
  EXPECT_EQ(metrics.Collect().size(), 23u);
  EXPECT_EQ(CountOf(Of(metrics, "forward")), 0u);
  EXPECT_EQ(CountOf(Of(metrics, "describe_tensor")), 0u);
}

TEST(CommandMetrics, SumsOverThreadsThatAreGone) {
  CommandMetrics metrics, other;
  for (int t = 0; t < 4; ++t) {
    std::thread([&] {
      for (int i = 0; i < 10; ++i) metrics.OnCommand(Command::kForward, 5, 1005);
      other.OnCommand(Command::kForward, 0, 1);
      metrics.OnCommand(Command::kStep, 0, 1);
    }).join();
  }
  EXPECT_EQ(CountOf(Of(metrics, "forward")), 40u);
  EXPECT_NEAR(static_cast<double>(Of(metrics, "forward").sum), 40'000 * NanosPerTick(), 40);
  EXPECT_EQ(CountOf(Of(metrics, "step")), 4u);
  EXPECT_EQ(CountOf(Of(other, "forward")), 4u);
}

TEST(CommandMetrics, MinutesHaveABucketOfTheirOwn) {
  CommandMetrics metrics;
  const auto ticks = static_cast<uint64_t>(60e9 / NanosPerTick());
  metrics.OnCommand(Command::kBackward, 0, ticks);
  EXPECT_EQ(Of(metrics, "backward").buckets.back(), 0u);
}

TEST(CommandMetrics, CommandsOfNoKindAreNotCounted) {
  CommandMetrics metrics;
  metrics.OnCommand(Command::COMMAND_NOT_SET, 0, 1);
  for (const CommandMetrics::Entry& entry : metrics.Collect()) {
    EXPECT_EQ(CountOf(entry.durations), 0u);
  }
}

}  // namespace
}  // namespace gradd::server
