#include "core/optim/optimizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/core/optim/kinds.h"
#include "tests/support/run_in_pool.h"

namespace gradd {
namespace {

using ::testing::ElementsAre;
using testing::Engine;
using ::testing::HasSubstr;
using testing::Must;
using testing::Numbers;
using testing::OptimizerCase;
using testing::Remembered;

class OptimizerTest : public testing::OptimizerLaw {};
GRADD_FOR_EVERY_OPTIMIZER(OptimizerTest);

// Three steps of parameters of these sizes, and all that is left then.
std::vector<double> Train(Engine& e, const OptimizerCase& c, const std::vector<int64_t>& sizes,
                          bool together) {
  std::vector<Value> parameters;
  for (const int64_t size : sizes) {
    parameters.push_back(e.Vector(Numbers(size, static_cast<double>(size)), true));
  }
  std::vector<std::unique_ptr<Optimizer>> optimizers;
  if (together) {
    optimizers.push_back(c.Make(parameters));
  } else {
    for (const Value& parameter : parameters) optimizers.push_back(c.Make({parameter}));
  }
  for (int step = 0; step < 3; ++step) {
    for (const Value& parameter : parameters) {
      Must(e.tape.SetGrad(parameter, e.Vector(Numbers(parameter->spec().element_count(), step))));
    }
    for (const auto& optimizer : optimizers) {
      Must(optimizer->Step(e.tape, e.eager, e.cancellation));
    }
  }
  std::vector<double> all;
  for (const Value& parameter : parameters) {
    for (const double number : e.Read(parameter)) all.push_back(number);
  }
  for (const auto& optimizer : optimizers) {
    optimizer->ForEachState([&](const Value& state) {
      for (const double number : e.Read(state)) all.push_back(number);
    });
  }
  return all;
}

const std::vector<int64_t> kSizes = {3, 0, 1, 1000, 17, 70'000, 8};

TEST_P(OptimizerTest, AllAtOnceIsAsOneByOne) {
  Engine e;
  EXPECT_EQ(Train(e, GetParam(), kSizes, true), Train(e, GetParam(), kSizes, false));
}

TEST_P(OptimizerTest, EveryBitIsTheSameOnSim) {
  Engine cpu, sim({DeviceKind::kSim, 0});
  EXPECT_EQ(Train(cpu, GetParam(), kSizes, true), Train(sim, GetParam(), kSizes, true));
}

TEST_P(OptimizerTest, EveryBitIsTheSameWithSeveralThreads) {
  std::vector<double> together, alone;
  testing::RunInPool(3, [&] {
    Engine e;
    together = Train(e, GetParam(), kSizes, true);
  });
  Engine e;
  alone = Train(e, GetParam(), kSizes, true);
  EXPECT_FALSE(alone.empty());
  EXPECT_EQ(together, alone);
}

TEST_P(OptimizerTest, DtypesAndDevicesMayBeMixed) {
  Engine e;
  const Value wide = e.Vector({1, 2}, true), narrow = e.Tensor<float>({2}, {1, 2}, true);
  const Value elsewhere =
      e.Op("to", {e.Vector({1, 2})}, {std::monostate(), DeviceId{DeviceKind::kSim, 0}});
  Must(e.tape.SetRequiresGrad(elsewhere, true));
  const auto optimizer = GetParam().Make({wide, narrow, elsewhere});
  for (int step = 0; step < 2; ++step) {
    for (const Value& p : {wide, narrow, elsewhere}) {
      Must(e.tape.SetGrad(p, e.eager.Apply(*FindOp("clone"), {&p, 1}, {}).value()[0]));
    }
    Must(optimizer->Step(e.tape, e.eager, e.cancellation));
  }
  const std::vector<double> expected = e.Read(wide);
  EXPECT_NE(expected[0], 1);
  EXPECT_EQ(e.Read(elsewhere), expected);
  EXPECT_NEAR(e.Read<float>(narrow)[0], expected[0], 1e-5);
  EXPECT_NEAR(e.Read<float>(narrow)[1], expected[1], 1e-5);
}

TEST_P(OptimizerTest, AParameterWithoutGradientTakesNoStep) {
  Engine e;
  const Value p = e.Vector({2}, true), late = e.Vector({3}, true), alone = e.Vector({3}, true);
  const auto both = GetParam().Make({p, late}), one = GetParam().Make({alone});
  Must(e.tape.SetGrad(p, e.Vector({0.5})));
  Must(both->Step(e.tape, e.eager, e.cancellation));
  Must(both->Step(e.tape, e.eager, e.cancellation));
  EXPECT_THAT(e.Read(late), ElementsAre(3));
  EXPECT_EQ(AsTensor(late).version(), 0);
  EXPECT_EQ(Must(both->StateOf(0, 0)).step, 2);
  EXPECT_EQ(Must(both->StateOf(0, 1)).step, 0);
  EXPECT_TRUE(Must(both->StateOf(0, 1)).tensors.empty());
  // Its steps are counted by themselves, whatever the others did.
  for (int step = 0; step < 3; ++step) {
    Must(e.tape.SetGrad(late, e.Vector({0.25 + step})));
    Must(e.tape.SetGrad(alone, e.Vector({0.25 + step})));
    Must(both->Step(e.tape, e.eager, e.cancellation));
    Must(one->Step(e.tape, e.eager, e.cancellation));
    EXPECT_EQ(e.Read(late), e.Read(alone)) << step;
  }
}

TEST(Optimizer, AMomentumBufferBeginsUndampenedWheneverItBegins) {
  Engine e;
  const Value p = e.Vector({0}, true), late = e.Vector({0}, true);
  const auto sgd =
      OptimizerCase{"sgd", {{"lr", 1}, {"momentum", 0.5}, {"dampening", 0.5}}}.Make({p, late});
  Must(e.tape.SetGrad(p, e.Vector({1})));
  Must(sgd->Step(e.tape, e.eager, e.cancellation));
  Must(e.tape.SetGrad(late, e.Vector({1})));
  Must(sgd->Step(e.tape, e.eager, e.cancellation));
  EXPECT_THAT(e.Read(late), ElementsAre(-1));
  EXPECT_THAT(e.Read(p), ElementsAre(-2)) << "1, then 0.5 * 1 + 0.5 * 1";
}

TEST_P(OptimizerTest, AStepIsAWriteInPlace) {
  Engine e;
  const Value p = e.Vector({1, 2}, true);
  const auto optimizer = GetParam().Make({p});
  Must(e.tape.SetGrad(p, e.Vector({1, 1})));
  const Value recorded = e.Sum(e.Op("mul", {p, p}));
  const RefPtr<Buffer> reply = AsTensor(p).cell().buffer;
  const void* const memory = AsTensor(p).data();
  Must(optimizer->Step(e.tape, e.eager, e.cancellation));
  EXPECT_EQ(AsTensor(p).version(), 1);
  EXPECT_TRUE(e.tape.IsLeaf(p));
  EXPECT_NE(AsTensor(p).data(), memory) << "somebody held the bytes";
  const Value kept = MakeRef<TensorValue>(p->spec(), MakeRef<StorageCell>(reply));
  EXPECT_THAT(e.Read(kept), ElementsAre(1, 2)) << "and keeps them";
  EXPECT_THAT(std::string(e.Backward(recorded).message()),
              HasSubstr("is at version 1; expected version 0 instead"));
  const void* const own = AsTensor(p).data();
  Must(optimizer->Step(e.tape, e.eager, e.cancellation));
  EXPECT_EQ(AsTensor(p).data(), own) << "nobody else holds them now";
}

TEST_P(OptimizerTest, OptionsChangeFromTheNextStepOn) {
  Engine e;
  const Value p = e.Vector({1}, true), q = e.Vector({1}, true);
  const auto optimizer = GetParam().Make({p});
  Must(optimizer->AddGroup({{q}, GetParam().options}));
  const auto step = [&] {
    for (const Value& tensor : {p, q}) Must(e.tape.SetGrad(tensor, e.Vector({0.5})));
    Must(optimizer->Step(e.tape, e.eager, e.cancellation));
  };
  step();
  EXPECT_EQ(e.Read(p), e.Read(q));
  const std::vector<double> before = e.Read(p);
  Must(optimizer->SetOptions(0, {{"lr", 0}}));
  EXPECT_EQ(optimizer->SetOptions(0, {{"lr", 1}, {"weight_decay", -1}}).message(),
            "Invalid weight_decay value: -1.0");
  EXPECT_EQ(optimizer->SetOptions(2, {}).code(), absl::StatusCode::kInvalidArgument);
  step();
  EXPECT_EQ(e.Read(p), before) << "lr 0, and nothing of a change that was refused";
  EXPECT_NE(e.Read(q), before);
}

TEST_P(OptimizerTest, AStateThatIsLoadedGoesOnAsItWas) {
  Engine e;
  const Value p = e.Vector(Numbers(5, 0), true);
  const auto first = GetParam().Make({p});
  const auto step = [&](Optimizer& optimizer, const Value& parameter, double phase) {
    Must(e.tape.SetGrad(parameter, e.Vector(Numbers(5, phase))));
    Must(optimizer.Step(e.tape, e.eager, e.cancellation));
  };
  step(*first, p, 1);
  step(*first, p, 2);
  const Value copy = e.Vector(e.Read(p), true);
  const auto second = GetParam().Make({copy});
  Optimizer::State state = Must(first->StateOf(0, 0));
  Must(second->SetState(e.eager, 0, 0, state));
  step(*first, p, 3);
  step(*second, copy, 3);
  EXPECT_EQ(e.Read(copy), e.Read(p));
  EXPECT_EQ(Remembered(e, *second), Remembered(e, *first));

  const std::vector<double> before = Remembered(e, *second);
  state.tensors[0].first = "velocity";
  EXPECT_THAT(std::string(second->SetState(e.eager, 0, 0, state).message()),
              HasSubstr("no state 'velocity'"));
  state = Must(first->StateOf(0, 0));
  state.tensors[0].second = e.Vector({1});
  EXPECT_FALSE(second->SetState(e.eager, 0, 0, state).ok());
  EXPECT_FALSE(second->SetState(e.eager, 0, 1, state).ok());
  EXPECT_FALSE(second->StateOf(1, 0).ok());
  EXPECT_EQ(Remembered(e, *second), before);
}

class Listener final : public OpObserver {
 public:
  void OnOp(const OpEvent& event) override {
    if (event.op.index >= static_cast<int>(AllOps().size())) events.push_back(event);
  }
  std::vector<OpEvent> events;
};

TEST_P(OptimizerTest, TheObserverIsToldOfOneUpdate) {
  Listener listener;
  Engine e({}, &listener);
  const Value p = e.Vector({1, 2}, true), q = e.Vector({3}, true);
  const Value narrow = e.Tensor<float>({1}, {1}, true);
  const auto optimizer = GetParam().Make({p, q, narrow});
  for (const Value& tensor : {p, q, narrow}) Must(e.tape.SetGrad(tensor, tensor));
  Must(optimizer->Step(e.tape, e.eager, e.cancellation));
  ASSERT_EQ(listener.events.size(), 2) << "one for each dtype";
  EXPECT_EQ(listener.events[0].op.name, GetParam().kind + "_update");
  EXPECT_EQ(listener.events[0].dtype, DType::kFloat64);
  EXPECT_EQ(listener.events[0].output_bytes, 24);
  EXPECT_EQ(listener.events[1].output_bytes, 4);
  EXPECT_EQ(ObservedOps()[listener.events[0].op.index], &listener.events[0].op);
}

TEST(Optimizer, StateAppearsWhenAnOptionAsksForIt) {
  Engine e;
  const Value p = e.Vector({1}, true);
  const auto sgd = OptimizerCase{"sgd", {{"lr", 1}}}.Make({p});
  Must(e.tape.SetGrad(p, e.Vector({0.5})));
  Must(sgd->Step(e.tape, e.eager, e.cancellation));
  EXPECT_TRUE(Must(sgd->StateOf(0, 0)).tensors.empty());
  Must(sgd->SetOptions(0, {{"momentum", 0.5}, {"dampening", 0.5}}));
  Must(sgd->Step(e.tape, e.eager, e.cancellation));
  EXPECT_THAT(e.Read(p), ElementsAre(0)) << "the buffer begins as the gradient, undampened";
  Must(sgd->Step(e.tape, e.eager, e.cancellation));
  EXPECT_THAT(e.Read(p), ElementsAre(-0.5));
}

TEST(Optimizer, RefusesWhatItCannotOptimize) {
  Engine e;
  const Value p = e.Vector({1}, true);
  const auto adam = OptimizerCase{"adam", {}}.Make({p});
  EXPECT_EQ(adam->AddGroup({{e.Vector({1}, true), p}, {}}).message(),
            "some parameters appear in more than one parameter group");
  EXPECT_EQ(adam->parameter_count(), 1);
  EXPECT_EQ(adam->AddGroup({{e.Tensor<int64_t>({1}, {1})}, {}}).code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(MakeOptimizer("adamant", {}).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(adam->group_count(), 1);
}

}  // namespace
}  // namespace gradd
