#include "core/device/cuda/op_timer.h"

#include <gtest/gtest.h>

#include "core/device/stream.h"
#include "tests/core/device/cuda/fake_events.h"

namespace gradd::cuda {
namespace {

class OpTimerTest : public ::testing::Test {
 protected:
  void Run(int64_t nanos) {
    timer.Begin();
    events.Enqueue(nanos);
    timer.End();
  }

  FakeEvents events;
  OpTimer timer{events};
};

TEST_F(OpTimerTest, TimesComeInOrderOnceTheOpsAreDone) {
  EXPECT_EQ(timer.Take(), std::nullopt);
  Run(100);
  events.Enqueue(1000);  // an op that is not timed
  Run(30);
  EXPECT_EQ(timer.Take(), std::nullopt);
  events.RunUntil(99);
  EXPECT_EQ(timer.Take(), std::nullopt);
  events.RunUntil(100);
  EXPECT_EQ(timer.Take(), 100);
  EXPECT_EQ(timer.Take(), std::nullopt);
  events.RunAll();
  EXPECT_EQ(timer.Take(), 30);
  EXPECT_EQ(timer.Take(), std::nullopt);
}

TEST_F(OpTimerTest, AnOpThatIsStillEnqueuedHasNoTime) {
  Run(5);
  events.RunAll();
  EXPECT_EQ(timer.Take(), 5);
  timer.Begin();
  EXPECT_EQ(timer.Take(), std::nullopt);
  events.Enqueue(7);
  timer.End();
  EXPECT_EQ(timer.Take(), std::nullopt);
  events.RunAll();
  EXPECT_EQ(timer.Take(), 7);
}

TEST_F(OpTimerTest, EventsAreUsedAgain) {
  for (int i = 1; i <= 100; ++i) {
    Run(i);
    events.RunAll();
    EXPECT_EQ(timer.Take(), i);
  }
  EXPECT_EQ(events.alive(), 2u);
}

TEST_F(OpTimerTest, BeyondTheBoundEachOpStillHasItsAnswer) {
  constexpr int kOps = 3 * OpTimer::kMostPairs;
  for (int i = 0; i < kOps; ++i) Run(i + 1);
  EXPECT_EQ(events.alive(), 2 * OpTimer::kMostPairs);
  events.RunAll();
  for (int i = 0; i < kOps; ++i) {
    const bool timed = i < static_cast<int>(OpTimer::kMostPairs);
    EXPECT_EQ(timer.Take(), timed ? i + 1 : Stream::kUnknownTime) << i;
  }
  EXPECT_EQ(timer.Take(), std::nullopt);
  Run(5);
  events.RunAll();
  EXPECT_EQ(timer.Take(), 5);
}

TEST_F(OpTimerTest, WhatCannotBeTimedIsAnsweredInItsPlace) {
  Run(1);
  events.can_create = false;
  Run(2);
  events.can_create = true;
  Run(3);
  timer.Begin();
  events.can_record = false;  // from within the op
  events.Enqueue(4);
  timer.End();
  Run(5);
  events.can_record = true;
  Run(6);
  EXPECT_EQ(timer.Take(), std::nullopt) << "the first is not done";
  events.RunAll();
  for (const int64_t nanos : {int64_t{1}, Stream::kUnknownTime, int64_t{3}, Stream::kUnknownTime,
                              Stream::kUnknownTime, int64_t{6}}) {
    EXPECT_EQ(timer.Take(), nanos);
  }
  EXPECT_EQ(timer.Take(), std::nullopt);
}

TEST_F(OpTimerTest, ADeviceThatIsLostAnswersAtOnce) {
  Run(1);
  Run(2);
  events.is_lost = true;
  Run(3);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(timer.Take(), Stream::kUnknownTime) << i;
  EXPECT_EQ(timer.Take(), std::nullopt);
}

TEST_F(OpTimerTest, ATimeThatCannotBeToldIsUnknown) {
  Run(1);
  events.RunAll();
  events.can_tell_time = false;
  EXPECT_EQ(timer.Take(), Stream::kUnknownTime);
}

TEST_F(OpTimerTest, EndsWithOpsPending) {
  Run(1);
  timer.Begin();  // FakeEvents looks for events that are left
}

}  // namespace
}  // namespace gradd::cuda
