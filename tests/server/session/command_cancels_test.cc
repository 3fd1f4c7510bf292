#include "server/session/command_cancels.h"

#include <atomic>
#include <thread>

#include "gtest/gtest.h"

namespace gradd::server {
namespace {

using Cancels = CommandCancels;

TEST(CommandCancels, StopsWhatRunsAndNothingElse) {
  Cancels cancels;
  const Cancellation& first = cancels.Begin(Cancels::Numbered(1, 1));
  EXPECT_FALSE(first.cancelled());
  ASSERT_TRUE(cancels.Cancel(Cancels::Numbered(2, 1)).ok());
  EXPECT_FALSE(first.cancelled());
  ASSERT_TRUE(cancels.Cancel(Cancels::Numbered(1, 1)).ok());
  EXPECT_TRUE(first.cancelled());
  EXPECT_EQ(first.reason(), Cancellation::Reason::kWished);
  cancels.End();
  EXPECT_FALSE(cancels.Begin(Cancels::Numbered(1, 2)).cancelled());
  cancels.End();
}

TEST(CommandCancels, StopsWhatHasNotBegun) {
  Cancels cancels;
  ASSERT_TRUE(cancels.Cancel(Cancels::Numbered(1, 7)).ok());
  EXPECT_FALSE(cancels.Begin(Cancels::Numbered(1, 6)).cancelled());
  cancels.End();
  EXPECT_TRUE(cancels.Begin(Cancels::Numbered(1, 7)).cancelled());
  cancels.End();
  cancels.ForgetUpTo(1, 7);
  EXPECT_FALSE(cancels.Begin(Cancels::Numbered(1, 7)).cancelled());
}

TEST(CommandCancels, KeepsABoundedNumberOfWishes) {
  Cancels cancels;
  int kept = 0;
  while (cancels.Cancel(Cancels::Numbered(1, 10 + kept)).ok()) ++kept;
  EXPECT_GT(kept, 100);
  cancels.ForgetUpTo(2, 1'000'000);
  EXPECT_FALSE(cancels.Cancel(Cancels::Numbered(1, 1)).ok());
  cancels.ForgetUpTo(1, 1'000'000);
  EXPECT_TRUE(cancels.Cancel(Cancels::Numbered(1, 1)).ok());
}

TEST(CommandCancels, SaysWhatWasTooSlow) {
  Cancels cancels;
  const Cancels::Name name = cancels.NextTicket();
  const Cancellation& slow = cancels.Begin(name);
  EXPECT_FALSE(slow.cancelled());
  EXPECT_EQ(cancels.running(), name);
  cancels.CancelSlow(name);
  ASSERT_TRUE(cancels.Cancel(name).ok());  // the first reason stays
  EXPECT_TRUE(slow.cancelled());
  EXPECT_EQ(slow.reason(), Cancellation::Reason::kTooSlow);
  cancels.End();
  const Cancellation& next = cancels.Begin(cancels.NextTicket());
  cancels.CancelSlow(name);  // that one is over
  EXPECT_FALSE(next.cancelled());
  cancels.End();
}

TEST(CommandCancels, AllIsForEver) {
  Cancels cancels;
  const Cancellation& running = cancels.Begin(cancels.NextTicket());
  cancels.CancelAll();
  EXPECT_TRUE(running.cancelled());
  cancels.End();
  EXPECT_TRUE(cancels.Begin(cancels.NextTicket()).cancelled());
}

// Whoever wishes gets its wish, whenever it comes; nobody else's command stops.
TEST(CommandCancels, NoWishIsLostAndNoneIsMisheard) {
  Cancels cancels;
  constexpr uint64_t kCommands = 20'000;
  std::atomic<uint64_t> wish{0};
  std::thread wisher([&] {
    for (uint64_t number = 2; number <= kCommands; number += 2) {
      while (!cancels.Cancel(Cancels::Numbered(1, number)).ok()) {
        cancels.ForgetUpTo(1, wish.load());
      }
    }
  });
  uint64_t misheard = 0;
  for (uint64_t number = 1; number <= kCommands; ++number) {
    const Cancellation& cancellation = cancels.Begin(Cancels::Numbered(1, number));
    if (number % 2 == 1) {
      misheard += cancellation.cancelled();
    } else {
      while (!cancellation.cancelled()) std::this_thread::yield();
    }
    cancels.End();
    wish = number;
  }
  wisher.join();
  EXPECT_EQ(misheard, 0u);
}

}  // namespace
}  // namespace gradd::server
