#include "core/runtime/backlog.h"

#include <functional>

#include "absl/time/clock.h"
#include <gtest/gtest.h>

namespace gradd {
namespace {

// A device whose work is done when the test says so.
class FakeStream final : public Stream {
 public:
  FakeStream() : Stream(false) {}
  void Enqueue(std::function<void()>) override {}
  absl::Status Synchronize() override { return absl::OkStatus(); }
  uint64_t Mark() override { return ++marks; }
  bool HasReached(uint64_t mark) override {
    ++looks;
    if (on_look) on_look();
    return reached >= mark;
  }

  uint64_t marks = 0, reached = 0;
  int looks = 0;
  std::function<void()> on_look;
};

class BacklogTest : public ::testing::Test {
 protected:
  // Until somebody waits.
  int AdmitUntilFull(int64_t bytes) {
    int admitted = 0;
    Cancellation wish;
    stream_->on_look = [&] { wish.Cancel(); };
    while (wish.reason() == Cancellation::Reason::kNone) {
      backlog_.Admit(*stream_, bytes, &wish);
      ++admitted;
    }
    stream_->on_look = nullptr;
    return admitted - 1;
  }

  RefPtr<FakeStream> stream_ = MakeRef<FakeStream>();
  Backlog backlog_;
};

TEST_F(BacklogTest, AdmitsAWindowOfSmallWorkWithoutAsking) {
  EXPECT_EQ(AdmitUntilFull(0), backlog_.window());
}

TEST_F(BacklogTest, LargeWorkCountsForWhatItTouches) {
  EXPECT_EQ(AdmitUntilFull(7 * Backlog::kUnitBytes), backlog_.window() / 8);
}

TEST_F(BacklogTest, AWishToStopEndsTheWait) {
  (void)AdmitUntilFull(0);
  Cancellation wish;
  stream_->on_look = [&] {
    if (stream_->looks == 100) wish.Cancel();
  };
  stream_->looks = 0;
  backlog_.Admit(*stream_, 0, &wish);
  EXPECT_GE(stream_->looks, 100);
}

TEST_F(BacklogTest, WaitsForTheOldestOnlyAndGrowsWhereTheDeviceIsNear) {
  const int64_t window = backlog_.window();
  (void)AdmitUntilFull(0);
  const uint64_t marks = stream_->marks;
  ASSERT_GT(marks, 2u);
  stream_->on_look = [&] { stream_->reached = 1; };
  backlog_.Admit(*stream_, 0, nullptr);
  EXPECT_EQ(backlog_.window(), 2 * window);
  // What was done makes room, and so does the larger window; the rest need not be waited for.
  stream_->on_look = nullptr;
  EXPECT_GT(AdmitUntilFull(0), window / 2);
}

TEST_F(BacklogTest, ShrinksWhereTheDeviceIsFarBehind) {
  const int64_t window = backlog_.window();
  (void)AdmitUntilFull(0);
  bool slept = false;
  stream_->on_look = [&] {
    if (!slept) absl::SleepFor(absl::Milliseconds(30));
    slept = true;
    stream_->reached = stream_->marks;
  };
  backlog_.Admit(*stream_, 0, nullptr);
  EXPECT_EQ(backlog_.window(), window / 2);
}

TEST_F(BacklogTest, ANearDeviceHasTheNextOfTheLargestPiecesToo) {
  stream_->on_look = [&] { stream_->reached = stream_->marks; };
  for (int i = 0; i < 20; ++i) backlog_.Admit(*stream_, int64_t{1} << 40, nullptr);
  const uint64_t reached = stream_->reached;
  stream_->on_look = nullptr;
  EXPECT_GE(AdmitUntilFull(int64_t{1} << 40), 2);
  EXPECT_GE(stream_->marks - reached, 2u);
}

TEST_F(BacklogTest, OneOpAtATimeAtLeast) {
  stream_->on_look = [&] {
    absl::SleepFor(absl::Milliseconds(21));
    stream_->reached = stream_->marks;
  };
  // Each is more than the window, so all that came before it is waited for.
  for (int i = 0; i < 12; ++i) {
    backlog_.Admit(*stream_, int64_t{1} << 40, nullptr);
    EXPECT_GE(backlog_.window(), 1);
    EXPECT_GE(stream_->marks + 1, static_cast<uint64_t>(i));
  }
  EXPECT_EQ(backlog_.window(), 1);
}

}  // namespace
}  // namespace gradd
