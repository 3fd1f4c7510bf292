#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/optim/optimizer.h"
#include "tests/support/engine.h"

namespace gradd {
namespace {

using ::testing::ElementsAre;
using testing::Engine;
using testing::Must;

TEST(ZeroGrad, MakesGradientsZeroOrNone) {
  Engine e;
  const Value p = e.Vector({2}, true), unused = e.Vector({3}, true);
  const Values all = {p, unused};
  BackwardOptions create_graph;
  create_graph.create_graph = true;
  Must(e.Backward(e.Op("mul", {p, p}), create_graph));
  const Value grad = e.tape.Grad(p);
  Must(ZeroGrad(e.tape, e.eager, all, true));
  EXPECT_THAT(e.Read(grad), ElementsAre(0)) << "whoever holds it sees it";
  EXPECT_EQ(e.tape.Grad(p), grad);
  EXPECT_FALSE(e.tape.RequiresGrad(grad));
  EXPECT_EQ(e.tape.Grad(unused), nullptr);
  Must(ZeroGrad(e.tape, e.eager, all, false));
  EXPECT_EQ(e.tape.Grad(p), nullptr);
}

TEST(ZeroGrad, WithoutMemoryNoneChanges) {
  for (int64_t n = 1;; ++n) {
    Engine e;
    const Values all = {e.Vector({1}, true), e.Vector({2}, true)};
    for (const Value& p : all) Must(e.tape.SetGrad(p, e.Vector({3})));
    e.budget->FailReservation(n);
    const absl::Status status = ZeroGrad(e.tape, e.eager, all, true);
    e.budget->FailReservation(0);
    if (status.ok()) {
      EXPECT_EQ(n, 3);
      break;
    }
    for (const Value& p : all) EXPECT_THAT(e.Read(e.tape.Grad(p)), ElementsAre(3));
  }
}

}  // namespace
}  // namespace gradd
