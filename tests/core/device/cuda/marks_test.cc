#include "core/device/cuda/marks.h"

#include <gtest/gtest.h>

#include "tests/core/device/cuda/fake_events.h"

namespace gradd::cuda {
namespace {

class MarksTest : public ::testing::Test {
 protected:
  // A mark after that much more work.
  uint64_t MarkAfter(int64_t nanos) {
    events.Enqueue(nanos);
    return marks.Add();
  }

  FakeEvents events;
  Marks marks{events};
};

TEST_F(MarksTest, AreReachedInTheOrderOfTheStream) {
  EXPECT_EQ(MarkAfter(10), 1u);
  EXPECT_EQ(MarkAfter(10), 2u);
  EXPECT_EQ(MarkAfter(10), 3u);
  EXPECT_FALSE(marks.HasReached(1));
  events.RunUntil(20);
  EXPECT_TRUE(marks.HasReached(2));
  EXPECT_TRUE(marks.HasReached(1));
  EXPECT_FALSE(marks.HasReached(3));
  events.RunAll();
  EXPECT_TRUE(marks.HasReached(3));
}

TEST_F(MarksTest, WhatWasReachedIsNotAskedAgain) {
  for (int i = 0; i < 10; ++i) MarkAfter(1);
  events.RunAll();
  EXPECT_TRUE(marks.HasReached(10));
  EXPECT_EQ(events.queries, 1);
  for (uint64_t mark = 0; mark <= 10; ++mark) EXPECT_TRUE(marks.HasReached(mark));
  EXPECT_EQ(events.queries, 1);
}

TEST_F(MarksTest, EventsAreUsedAgain) {
  for (int i = 0; i < 100; ++i) {
    const uint64_t mark = MarkAfter(1);
    EXPECT_FALSE(marks.HasReached(mark));
    events.RunAll();
    EXPECT_TRUE(marks.HasReached(mark));
  }
  EXPECT_EQ(events.alive(), 1u);
}

TEST_F(MarksTest, OfManyTheOldestWaitForTheNext) {
  constexpr uint64_t kMarks = Marks::kMostEvents + 10;
  for (uint64_t mark = 1; mark <= kMarks; ++mark) EXPECT_EQ(MarkAfter(1), mark);
  EXPECT_EQ(events.alive(), Marks::kMostEvents);
  events.RunUntil(10);
  EXPECT_FALSE(marks.HasReached(1)) << "never before its work is done, but later";
  EXPECT_FALSE(marks.HasReached(11));
  events.RunUntil(11);
  EXPECT_TRUE(marks.HasReached(1));
  EXPECT_TRUE(marks.HasReached(11));
  EXPECT_FALSE(marks.HasReached(12));
  events.RunAll();
  EXPECT_TRUE(marks.HasReached(kMarks));
}

TEST_F(MarksTest, OneWithoutAnEventIsReachedWithTheNextOrWhenAllIsDone) {
  MarkAfter(10);
  events.can_create = false;
  const uint64_t without = MarkAfter(10);
  events.RunUntil(10);
  EXPECT_FALSE(marks.HasReached(without));
  events.RunUntil(20);
  EXPECT_TRUE(marks.HasReached(without));
  EXPECT_TRUE(marks.HasReached(1));

  const uint64_t another = MarkAfter(10);
  events.can_create = true;
  const uint64_t with = MarkAfter(10);
  events.Enqueue(10);
  events.RunUntil(35);
  EXPECT_FALSE(marks.HasReached(another));
  events.RunUntil(40);
  EXPECT_TRUE(marks.HasReached(another));
  EXPECT_TRUE(marks.HasReached(with));
}

TEST_F(MarksTest, ADeviceThatIsLostKeepsNobodyWaiting) {
  const uint64_t before = MarkAfter(10);
  EXPECT_FALSE(marks.HasReached(before));
  events.is_lost = true;
  EXPECT_TRUE(marks.HasReached(before));
  EXPECT_TRUE(marks.HasReached(MarkAfter(10)));
}

TEST_F(MarksTest, EndWithMarksPending) { MarkAfter(10); }

}  // namespace
}  // namespace gradd::cuda
