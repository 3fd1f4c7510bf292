// What watch makes of the server's metrics.
#include <cmath>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/cli/metrics/exposition.h"
#include "client/cli/metrics/op_table_text.h"
#include "client/cli/metrics/op_times.h"
#include "client/cli/units.h"

namespace gradd::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

constexpr char kText[] = R"(# HELP gradd_op_duration_seconds Time.
# TYPE gradd_op_duration_seconds histogram
gradd_op_duration_seconds_count{op="add",phase="forward",device="cpu",dtype="float32"} 4
gradd_op_duration_seconds_sum{op="add",phase="forward",device="cpu",dtype="float32"} 1e-05
gradd_op_duration_seconds_bucket{op="add",phase="forward",device="cpu",dtype="float32",le="1e-06"} 1
gradd_op_duration_seconds_bucket{op="add",phase="forward",device="cpu",dtype="float32",le="2e-06"} 3
gradd_op_duration_seconds_bucket{op="add",phase="forward",device="cpu",dtype="float32",le="+Inf"} 4
gradd_sessions 2
)";

TEST(Exposition, ReadsSamples) {
  const std::vector<Sample> samples = ParseExposition(kText);
  ASSERT_EQ(samples.size(), 6u);
  EXPECT_EQ(samples[0].name, "gradd_op_duration_seconds_count");
  EXPECT_THAT(samples[0].labels, ElementsAre(Pair("device", "cpu"), Pair("dtype", "float32"),
                                             Pair("op", "add"), Pair("phase", "forward")));
  EXPECT_EQ(samples[0].value, 4);
  EXPECT_EQ(ValueOf(samples, "gradd_sessions"), 2);
  EXPECT_EQ(ValueOf(samples, "gradd_nothing", -1), -1);
}

TEST(Exposition, ReadsEscapesTimestampsAndNonfiniteValues) {
  const auto samples = ParseExposition(
      "a{x=\"q\\\"\\\\\\n,}\",y=\"\"} 1.5 1700000000000\r\n  b +Inf\nc NaN\nd{} -Inf\n");
  ASSERT_EQ(samples.size(), 4u);
  EXPECT_THAT(samples[0].labels, ElementsAre(Pair("x", "q\"\\\n,}"), Pair("y", "")));
  EXPECT_EQ(samples[0].value, 1.5);
  EXPECT_EQ(samples[1].value, HUGE_VAL);
  EXPECT_TRUE(std::isnan(samples[2].value));
  EXPECT_EQ(samples[3].value, -HUGE_VAL);
}

TEST(Exposition, PassesOverWhatIsNoSample) {
  EXPECT_TRUE(ParseExposition("\n#\nname\nname{\nname{x}\nname{x=\"} 1\nname x\n{} 1\n").empty());
}

TEST(OpTimes, EstimateQuantilesAsPrometheusDoes) {
  const Histogram h = OpTimesIn(ParseExposition(kText)).begin()->second;
  EXPECT_DOUBLE_EQ(h.Mean(), 2.5e-6);
  // Rank 2 of 4 is in the middle of the two between 1 and 2 microseconds.
  EXPECT_DOUBLE_EQ(h.Quantile(0.5), 1.5e-6);
  EXPECT_DOUBLE_EQ(h.Quantile(0.25), 1e-6);
  EXPECT_DOUBLE_EQ(h.Quantile(0.125), 0.5e-6);
  EXPECT_DOUBLE_EQ(h.Quantile(0.99), 2e-6) << "above the last bound";
  EXPECT_TRUE(std::isnan(Histogram().Quantile(0.5)));
  EXPECT_TRUE(std::isnan(Histogram().Mean()));
}

TEST(OpTimes, OfAnIntervalAreTheDifference) {
  const OpTimes now = OpTimesIn(ParseExposition(kText));
  OpTimes earlier = now;
  Histogram& h = earlier.begin()->second;
  h.count = 1;
  h.sum = 1e-6;
  for (auto& [bound, count] : h.buckets) count = 1;
  const Histogram since = Since(now, earlier).begin()->second;
  EXPECT_EQ(since.count, 3);
  EXPECT_DOUBLE_EQ(since.sum, 9e-6);
  EXPECT_THAT(since.buckets, ElementsAre(Pair(1e-6, 0), Pair(2e-6, 2), Pair(HUGE_VAL, 3)));
  EXPECT_DOUBLE_EQ(since.Quantile(0.5), 1.75e-6);

  h.count = 100;
  EXPECT_EQ(Since(now, earlier).begin()->second.count, 4) << "the server started anew";
}

TEST(OpTable, PutsTheLongestFirst) {
  OpTimes times;
  times[{"fast", "forward", "cpu", "float32"}] = {{{1e-6, 1000}}, 5e-4, 1000};
  times[{"slow", "forward", "cpu", "float32"}] = {{{1, 2}}, 1.5, 2};
  std::ostringstream all, one;
  WriteOpTable(times, times, 2, 0, all);
  EXPECT_EQ(all.str(),
            "OP    PHASE    DEVICE  DTYPE     CALLS   RATE    MEAN     P50     P99   TOTAL\n"
            "slow  forward  cpu     float32       2    1/s  750 ms  500 ms  990 ms  1.50 s\n"
            "fast  forward  cpu     float32  1.00 k  500/s  500 ns  500 ns  990 ns  500 us\n");
  WriteOpTable(times, times, 0, 1, one);
  EXPECT_THAT(one.str(), HasSubstr("and 1 more\n"));
  EXPECT_THAT(one.str(), ::testing::Not(HasSubstr("fast")));
}

TEST(Units, HaveThreeDigits) {
  EXPECT_EQ(PrintSeconds(0), "0 ns");
  EXPECT_EQ(PrintSeconds(1.234e-6), "1.23 us");
  EXPECT_EQ(PrintSeconds(9.9999e-4), "1.00 ms");
  EXPECT_EQ(PrintSeconds(0.0456), "45.6 ms");
  EXPECT_EQ(PrintSeconds(12.3), "12.3 s");
  EXPECT_EQ(PrintSeconds(125), "2 min 5 s");
  EXPECT_EQ(PrintSeconds(7300), "2 h 1 min");
  EXPECT_EQ(PrintSeconds(200'000), "2 d 7 h");
  EXPECT_EQ(PrintSeconds(NAN), "-");
  EXPECT_EQ(PrintBytes(512), "512 B");
  EXPECT_EQ(PrintBytes(1536), "1.50 KiB");
  EXPECT_EQ(PrintBytes(8.0 * (1 << 30)), "8.00 GiB");
  EXPECT_EQ(PrintCount(999), "999");
  EXPECT_EQ(PrintCount(12'345), "12.3 k");
  EXPECT_EQ(PrintCount(4'560'000), "4.56 M");
}

}  // namespace
}  // namespace gradd::cli
