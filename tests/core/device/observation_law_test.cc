// What a device that times ops and has marks promises of them (core/device/stream.h). Both are
// optional: one without gives no time and only the mark 0.
#include <future>
#include <thread>

#include <gtest/gtest.h>

#include "core/device/device.h"
#include "tests/support/must.h"
#include "tests/support/test_devices.h"

namespace gradd {
namespace {

using testing::Must;

class ObservationLaw : public ::testing::TestWithParam<DeviceId> {
 protected:
  static constexpr auto kWork = std::chrono::milliseconds(2);

  void RunOp(bool timed) {
    stream->BeginOp("add", timed);
    stream->Enqueue([] { std::this_thread::sleep_for(kWork); });
    stream->EndOp();
  }
  // Work that lasts until `gate` opens.
  void EnqueueGate(std::promise<void>& gate) {
    stream->Enqueue([opened = gate.get_future().share()] { opened.wait(); });
  }

  // The processor has none of this; CUDA all of it.
  void SkipOptional(const char* why) {
    EXPECT_NE(device.id().kind, DeviceKind::kCuda) << why;
    GTEST_SKIP() << why;
  }

  const std::unique_ptr<BackendRegistry> backends = testing::MakeTestBackends();
  Device& device = *backends->Find(GetParam())->device;
  const RefPtr<Stream> stream = Must(device.CreateStream({}));
};
INSTANTIATE_TEST_SUITE_P(Devices, ObservationLaw, ::testing::ValuesIn(testing::TestDevices()),
                         [](const auto& info) { return testing::TestName(info.param); });

TEST_P(ObservationLaw, EachTimedOpHasOneTimeAndNoOtherHas) {
  constexpr int kOps = 5;
  EXPECT_EQ(stream->TakeOpTime(), std::nullopt);
  for (int i = 0; i < kOps; ++i) {
    RunOp(true);
    RunOp(false);
  }
  Must(stream->Synchronize());
  std::optional<int64_t> time = stream->TakeOpTime();
  if (!time) return SkipOptional("times no ops");
  for (int i = 0; i < kOps; ++i, time = stream->TakeOpTime()) {
    ASSERT_TRUE(time) << i;
    // Clocks of host and device may differ a little.
    EXPECT_GE(*time, std::chrono::nanoseconds(kWork).count() * 9 / 10) << i;
    EXPECT_LT(*time, std::chrono::nanoseconds(std::chrono::seconds(10)).count()) << i;
  }
  EXPECT_EQ(time, std::nullopt);
}

TEST_P(ObservationLaw, ATimeComesAfterItsOp) {
  if (stream->is_synchronous()) GTEST_SKIP() << "work is done at once";
  std::promise<void> gate;
  stream->BeginOp("add", true);
  EnqueueGate(gate);
  EXPECT_EQ(stream->TakeOpTime(), std::nullopt);
  stream->EndOp();
  EXPECT_EQ(stream->TakeOpTime(), std::nullopt);
  gate.set_value();
  Must(stream->Synchronize());
}

TEST_P(ObservationLaw, MoreTimedOpsThanAnybodyTakesDoNoHarm) {
  for (int i = 0; i < 1000; ++i) {
    stream->BeginOp("add", true);
    stream->Enqueue([] {});
    stream->EndOp();
  }
  Must(stream->Synchronize());
  int times = 0;
  while (stream->TakeOpTime()) ++times;
  EXPECT_TRUE(times == 0 || times == 1000) << times;
}

TEST_P(ObservationLaw, MarksAreReachedWhenTheWorkBeforeThemIsDone) {
  const uint64_t first = stream->Mark();
  if (first == 0) return SkipOptional("has no marks");
  std::promise<void> gate;
  if (!stream->is_synchronous()) EnqueueGate(gate);
  const uint64_t second = stream->Mark();
  RunOp(false);
  const uint64_t third = stream->Mark();
  EXPECT_GT(second, first);
  EXPECT_GT(third, second);
  if (!stream->is_synchronous()) {
    EXPECT_FALSE(stream->HasReached(third));
    EXPECT_FALSE(stream->HasReached(second));
    gate.set_value();
  }
  while (!stream->HasReached(second)) std::this_thread::yield();
  EXPECT_TRUE(stream->HasReached(first));
  while (!stream->HasReached(third)) std::this_thread::yield();
  Must(stream->Synchronize());
  EXPECT_TRUE(stream->HasReached(third));
}

TEST_P(ObservationLaw, EveryMarkIsReachedHoweverManyThereAre) {
  std::vector<uint64_t> marks;
  for (int i = 0; i < 1000; ++i) {
    stream->Enqueue([] {});
    marks.push_back(stream->Mark());
  }
  Must(stream->Synchronize());
  for (const uint64_t mark : marks) EXPECT_TRUE(stream->HasReached(mark)) << mark;
}

TEST_P(ObservationLaw, UsageIsPlausible) {
  const std::optional<DeviceUsage> usage = device.usage();
  if (!usage) return SkipOptional("has no memory of its own");
  EXPECT_GT(usage->memory_total, 0);
  EXPECT_GE(usage->memory_used, 0);
  EXPECT_LE(usage->memory_used, usage->memory_total);
  if (usage->busy) {
    EXPECT_GE(*usage->busy, 0);
    EXPECT_LE(*usage->busy, 1);
  }
  EXPECT_TRUE(device.fault().ok());
}

}  // namespace
}  // namespace gradd
