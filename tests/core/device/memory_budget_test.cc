#include "core/device/memory_budget.h"

#include <gtest/gtest.h>

namespace gradd {
namespace {

TEST(MemoryBudget, RefusesWhatDoesNotFitAndKeepsTheRest) {
  auto parent = MakeRef<MemoryBudget>(100, nullptr);
  auto a = MakeRef<MemoryBudget>(80, parent), b = MakeRef<MemoryBudget>(80, parent);
  EXPECT_TRUE(a->Reserve(60).ok());
  EXPECT_EQ(a->Reserve(21).code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(b->Reserve(41).code(), absl::StatusCode::kResourceExhausted) << "the parent's limit";
  EXPECT_EQ(b->used(), 0);
  EXPECT_TRUE(b->Reserve(40).ok());
  a->Return(60);
  EXPECT_EQ(parent->used(), 40);
}

TEST(MemoryBudget, HugeReservationsDoNotOverflow) {
  auto budget = MakeRef<MemoryBudget>(INT64_MAX, nullptr);
  EXPECT_TRUE(budget->Reserve(INT64_MAX - 1).ok());
  EXPECT_FALSE(budget->Reserve(INT64_MAX).ok());
  EXPECT_EQ(budget->used(), INT64_MAX - 1);
}

TEST(MemoryBudget, InjectedFailuresHitOnce) {
  auto budget = MakeRef<MemoryBudget>(100, nullptr);
  EXPECT_TRUE(budget->Reserve(1).ok());
  budget->FailReservation(2);
  EXPECT_TRUE(budget->Reserve(1).ok());
  EXPECT_FALSE(budget->Reserve(1).ok());
  EXPECT_EQ(budget->last_failed(), 3);
  EXPECT_TRUE(budget->Reserve(1).ok());
}

}  // namespace
}  // namespace gradd
