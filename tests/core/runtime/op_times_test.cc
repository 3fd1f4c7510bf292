#include "core/runtime/op_times.h"

#include <deque>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/ops/op_table.h"
#include "tests/support/engine.h"

namespace gradd {
namespace {

using ::testing::ElementsAre;

class FakeStream final : public Stream {
 public:
  FakeStream() : Stream(false) {}
  void Enqueue(std::function<void()>) override {}
  absl::Status Synchronize() override { return absl::OkStatus(); }
  std::optional<int64_t> TakeOpTime() override {
    if (times.empty()) return std::nullopt;
    const int64_t time = times.front();
    times.pop_front();
    return time;
  }
  std::deque<int64_t> times;
};

// What it was told, by op.
class Told final : public OpObserver {
 public:
  void OnOp(const OpEvent&) override { ++calls; }
  void OnDeviceTime(const DeviceTime& time) override {
    times.emplace_back(time.op.name, time.nanos);
    phases.push_back(time.phase);
  }
  int calls = 0;
  std::vector<std::pair<std::string, int64_t>> times;
  std::vector<Phase> phases;
};

TEST(OpTimesTest, TimesTheSecondCallOfAnOpAndThenEverySixteenth) {
  OpTimes times;
  std::vector<int> timed;
  for (int call = 1; call <= 600; ++call) {
    if (times.IsNextTimed(*FindOp("sin"), Phase::kForward)) timed.push_back(call);
    // Others count by themselves.
    if (call % 3 == 0) (void)times.IsNextTimed(*FindOp("cos"), Phase::kForward);
    if (call % 5 == 0) (void)times.IsNextTimed(*FindOp("sin"), Phase::kBackward);
  }
  ASSERT_EQ(timed.size(), 38u);
  for (size_t i = 0; i < timed.size(); ++i) EXPECT_EQ(timed[i], 2 + 16 * static_cast<int>(i));
}

TEST(OpTimesTest, ReportsInOrderWhatIsDoneAndKnown) {
  const RefPtr<FakeStream> stream = MakeRef<FakeStream>();
  OpTimes times;
  Told told;
  for (const char* name : {"sin", "cos", "exp", "log"}) {
    times.Add(*FindOp(name), Phase::kBackward, {DeviceKind::kSim, 0}, DType::kFloat32);
  }
  times.Report(*stream, told);
  EXPECT_TRUE(told.times.empty());
  stream->times = {10, Stream::kUnknownTime, 30};
  times.Report(*stream, told);
  EXPECT_THAT(told.times, ElementsAre(std::pair<std::string, int64_t>("sin", 10),
                                      std::pair<std::string, int64_t>("exp", 30)));
  EXPECT_THAT(told.phases, ElementsAre(Phase::kBackward, Phase::kBackward));
  stream->times = {40, 50};
  times.Report(*stream, told);
  EXPECT_EQ(told.times.back().first, "log");
  EXPECT_THAT(stream->times, ElementsAre(50));
}

TEST(OpTimesTest, EagerReportsTheTimesOfAnAsynchronousDeviceAndNoOthers) {
  for (const DeviceKind kind : {DeviceKind::kCpu, DeviceKind::kSim}) {
    Told told;
    testing::Engine e({kind, 0}, &told);
    const Value x = e.Vector({1, 2, 3});
    for (int i = 0; i < 20; ++i) (void)e.Op("sin", {x});
    (void)e.Read(x);
    EXPECT_EQ(told.calls, 20);
    if (kind == DeviceKind::kCpu) {
      EXPECT_TRUE(told.times.empty());
    } else {
      ASSERT_EQ(told.times.size(), 2u);
      EXPECT_EQ(told.times[0].first, "sin");
      EXPECT_GT(told.times[0].second, 0);
    }
  }
}

}  // namespace
}  // namespace gradd
