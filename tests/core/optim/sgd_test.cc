#include "core/optim/sgd.h"

#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/engine.h"

namespace gradd {
namespace {

using ::testing::DoubleEq;
using ::testing::ElementsAre;
using testing::Engine;
using ::testing::HasSubstr;
using testing::Must;

std::unique_ptr<Optimizer> Make(const Values& parameters,
                                absl::flat_hash_map<std::string, double> options) {
  return Must(MakeOptimizer("sgd", {{{parameters.begin(), parameters.end()}, std::move(options)}}));
}

// torch.optim.SGD's rule for one number, kept by hand.
struct Reference {
  double p, buffer = 0;
  bool first = true;
  void Step(double g, double lr, double momentum, double dampening, double decay, bool nesterov) {
    g += decay * p;
    if (momentum != 0) {
      buffer = first ? g : momentum * buffer + (1 - dampening) * g;
      first = false;
      g = nesterov ? g + momentum * buffer : buffer;
    }
    p -= lr * g;
  }
};

TEST(Sgd, FollowsTheRuleWithEveryOption) {
  for (const bool nesterov : {false, true}) {
    Engine e;
    const Value p = e.Vector({2}, true);
    const double dampening = nesterov ? 0 : 0.3;
    const auto sgd = Make({p}, {{"lr", 0.1},
                                {"momentum", 0.9},
                                {"dampening", dampening},
                                {"weight_decay", 0.01},
                                {"nesterov", nesterov ? 1.0 : 0.0}});
    Reference reference{2};
    for (int step = 0; step < 5; ++step) {
      Must(sgd->ZeroGrad(e.tape, e.eager, true));
      Must(e.Backward(e.Op("mul", {p, p})));
      reference.Step(2 * reference.p, 0.1, 0.9, dampening, 0.01, nesterov);
      Must(sgd->Step(e.tape, e.eager, e.cancellation));
      EXPECT_THAT(e.Read(p), ElementsAre(DoubleEq(reference.p)));
    }
    EXPECT_TRUE(e.tape.IsLeaf(p));
  }
}

TEST(Sgd, ZerosTheGradientInPlace) {
  Engine e;
  const Value p = e.Vector({2}, true), unused = e.Vector({3}, true);
  const auto sgd = Make({p, unused}, {});
  BackwardOptions create_graph;
  create_graph.create_graph = true;
  Must(e.Backward(e.Op("mul", {p, p}), create_graph));
  const Value grad = e.tape.Grad(p);
  Must(sgd->ZeroGrad(e.tape, e.eager, false));
  EXPECT_THAT(e.Read(grad), ElementsAre(0)) << "whoever holds it sees it";
  EXPECT_EQ(e.tape.Grad(p), grad);
  EXPECT_FALSE(e.tape.RequiresGrad(grad));
  EXPECT_EQ(e.tape.Grad(unused), nullptr);
  Must(sgd->ZeroGrad(e.tape, e.eager, true));
  EXPECT_EQ(e.tape.Grad(p), nullptr);
}

TEST(Sgd, SkipsParametersWithoutGradient) {
  Engine e;
  const Value p = e.Vector({2}, true);
  const auto sgd = Make({p}, {});
  Must(sgd->Step(e.tape, e.eager, e.cancellation));
  EXPECT_THAT(e.Read(p), ElementsAre(2));
}

TEST(Sgd, RefusesOptionsOutOfRange) {
  Engine e;
  const Value p = e.Vector({2}, true);
  const auto refused = [&](const char* name, double value) {
    return MakeOptimizer("sgd", {{{p}, {{name, value}}}}).status();
  };
  EXPECT_EQ(refused("lr", -1).message(), "Invalid learning rate: -1");
  EXPECT_EQ(refused("lr", std::numeric_limits<double>::quiet_NaN()).code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(refused("nesterov", 1).message()),
              HasSubstr("Nesterov momentum requires"));
  EXPECT_THAT(std::string(refused("speed", 1).message()), HasSubstr("no option 'speed'"));
  EXPECT_EQ(MakeOptimizer("adamant", {}).status().code(), absl::StatusCode::kInvalidArgument);
}

// An allocation that fails anywhere changes no parameter; the next step works.
TEST(Sgd, FailsWhole) {
  for (int64_t n = 1;; ++n) {
    Engine e;
    const Value whole = e.Vector({1, 2}, true);
    const Value storage = e.Vector({3, 4, 5});
    // A parameter that is part of a larger storage is written in place.
    const Value part =
        e.Op("detach",
             {e.Op("slice", {storage}, {int64_t{0}, int64_t{1}, std::monostate(), int64_t{1}})});
    Must(e.tape.SetRequiresGrad(part, true));
    const auto sgd = Make({whole, part}, {{"lr", 0.5}, {"momentum", 0.5}});
    Must(e.Backward(e.Sum(e.Op("mul", {whole, part}))));
    const RefPtr<Buffer> held = AsTensor(storage).cell().buffer;  // makes the write copy
    e.budget->FailReservation(n);
    const absl::Status status = sgd->Step(e.tape, e.eager, e.cancellation);
    e.budget->FailReservation(0);
    if (status.ok()) {
      EXPECT_GT(n, 4);
      EXPECT_THAT(e.Read(whole), ElementsAre(-1, -0.5));
      EXPECT_THAT(e.Read(part), ElementsAre(3.5, 4));
      break;
    }
    EXPECT_THAT(e.Read(whole), ElementsAre(1, 2));
    EXPECT_THAT(e.Read(part), ElementsAre(4, 5));
    Must(sgd->Step(e.tape, e.eager, e.cancellation));
    EXPECT_THAT(e.Read(whole), ElementsAre(-1, -0.5));
  }
}

}  // namespace
}  // namespace gradd
