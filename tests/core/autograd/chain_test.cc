// Graphs too deep for recursion.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/engine.h"

namespace gradd {
namespace {

using ::testing::ElementsAre;
using testing::Engine;
using testing::Must;

TEST(Chain, OfAMillionOpsRunsAndIsFreedWithoutRecursion) {
  Engine e;
  const Value x = e.Vector({1}, true);
  Value y = x;
  for (int i = 0; i < 1'000'000; ++i) y = e.Op("neg", {y});
  EXPECT_EQ(e.nodes->used(), 1'000'001);
  Must(e.Backward(y));
  EXPECT_THAT(e.Read(e.tape.Grad(x)), ElementsAre(1));
  y = nullptr;
  EXPECT_EQ(e.nodes->used(), 1);
}

TEST(Chain, FreedThroughItsValuesOnly) {
  Engine e;
  {
    Value y = e.Vector({1}, true);
    for (int i = 0; i < 300'000; ++i) y = e.Op("sin", {y});
  }
  EXPECT_EQ(e.nodes->used(), 0);
  EXPECT_EQ(e.budget->used(), 0);
}

TEST(Chain, GradientsThatOwnTheirGraphEndWithTheTape) {
  RefPtr<NodeBudget> nodes;
  RefPtr<MemoryBudget> bytes;
  {
    Engine e;
    nodes = e.nodes;
    bytes = e.budget;
    const Value x = e.Vector({2}, true);
    BackwardOptions options;
    options.create_graph = true;
    Must(e.Backward(e.Op("mul", {x, x}), options));
    EXPECT_TRUE(e.tape.RequiresGrad(e.tape.Grad(x)));
  }
  EXPECT_EQ(nodes->used(), 0);
  EXPECT_EQ(bytes->used(), 0);
}

TEST(Chain, NodeLimitRefusesAndChangesNothing) {
  Engine e;
  auto few = MakeRef<NodeBudget>(2);
  Tape tape(e.eager, few);
  const Value x = e.Vector({1});
  Must(tape.SetRequiresGrad(x, true));
  const Value y = Must(tape.Apply(*FindOp("sin"), {&x, 1}, {}))[0];
  const absl::Status status = tape.Apply(*FindOp("sin"), {&y, 1}, {}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(few->used(), 2);
}

}  // namespace
}  // namespace gradd
