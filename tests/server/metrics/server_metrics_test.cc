#include "server/metrics/server_metrics.h"

#include <map>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "core/ops/op_table.h"

namespace gradd::server {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

class ServerMetricsTest : public ::testing::Test {
 protected:
  prometheus::MetricFamily Family(const std::string& name) {
    for (prometheus::MetricFamily& family : metrics.Collect()) {
      if (family.name == name) return std::move(family);
    }
    ADD_FAILURE() << "no family " << name;
    return {};
  }
  // By device.
  std::map<std::string, double> Gauge(const std::string& name) {
    const prometheus::MetricFamily family = Family(name);
    EXPECT_EQ(family.type, prometheus::MetricType::Gauge);
    std::map<std::string, double> values;
    for (const prometheus::ClientMetric& metric : family.metric) {
      EXPECT_EQ(metric.label.size(), 1u);
      EXPECT_EQ(metric.label.at(0).name, "device");
      values[metric.label.at(0).value] = metric.gauge.value;
    }
    return values;
  }
  void Time(const Op& op, DType dtype, DeviceId device, int64_t nanos) {
    ops.OnOp({op, Phase::kForward, device, dtype, 0, 5, 6});
    ops.OnDeviceTime({op, Phase::kForward, device, dtype, nanos});
  }

  static constexpr int kSeries = 3000;
  ServerGauges gauges;
  OpMetrics ops{OpHistogramsIn(kSeries)};
  CommandMetrics commands;
  RpcMetrics rpcs;
  ServerMetrics metrics{[this] { return gauges; }, &ops, commands, rpcs};
};

TEST_F(ServerMetricsTest, DevicesTellWhatTheyKnow) {
  EXPECT_THAT(Gauge("gradd_device_memory_used_bytes"), IsEmpty());
  gauges.devices = {{{DeviceKind::kCuda, 0}, {100, 1000, 0.25}},
                    {{DeviceKind::kCuda, 1}, {200, 2000, std::nullopt}}};
  EXPECT_THAT(Gauge("gradd_device_memory_used_bytes"),
              ElementsAre(Pair("cuda:0", 100), Pair("cuda:1", 200)));
  EXPECT_THAT(Gauge("gradd_device_memory_total_bytes"),
              ElementsAre(Pair("cuda:0", 1000), Pair("cuda:1", 2000)));
  EXPECT_THAT(Gauge("gradd_device_busy_ratio"), ElementsAre(Pair("cuda:0", 0.25)));
}

TEST_F(ServerMetricsTest, DeviceTimesHaveAFamilyOfTheirOwn) {
  EXPECT_THAT(Family("gradd_op_device_duration_seconds").metric, IsEmpty());
  Time(*FindOp("mul"), DType::kFloat32, {DeviceKind::kCuda, 0}, 2'000'000);
  const prometheus::MetricFamily host = Family("gradd_op_duration_seconds");
  const prometheus::MetricFamily device = Family("gradd_op_device_duration_seconds");
  ASSERT_EQ(host.metric.size(), 1u);
  ASSERT_EQ(device.metric.size(), 1u);
  // Queries divide one by the other.
  EXPECT_EQ(host.metric[0].label, device.metric[0].label);
  EXPECT_EQ(device.metric[0].histogram.sample_count, 1u);
  EXPECT_DOUBLE_EQ(device.metric[0].histogram.sample_sum, 2e-3);
}

TEST_F(ServerMetricsTest, OpsNeverTakeMoreSeriesThanTheirBound) {
  for (const Op* op : ObservedOps()) {
    for (int dtype = 0; dtype < kDTypeCount; ++dtype) {
      Time(*op, static_cast<DType>(dtype), {DeviceKind::kCuda, 0}, 1000);
    }
  }
  size_t series = 0;
  for (const char* name : {"gradd_op_duration_seconds", "gradd_op_device_duration_seconds"}) {
    for (const prometheus::ClientMetric& metric : Family(name).metric) {
      series += metric.histogram.bucket.size() + 2;
    }
  }
  EXPECT_EQ(series, kSeries);
}

}  // namespace
}  // namespace gradd::server
