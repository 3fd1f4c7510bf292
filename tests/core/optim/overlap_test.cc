// Parameters and gradients that are parts of something, lie otherwise than row by row, or share
// memory.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/core/optim/kinds.h"

namespace gradd {
namespace {

using testing::Engine;
using ::testing::HasSubstr;
using testing::Must;
using testing::Numbers;

class OverlapTest : public testing::OptimizerLaw {
 protected:
  // A parameter that is a view of `storage`.
  Value View(const Value& storage, const char* op, const Attributes& attributes) {
    Value view = e.Op("detach", {e.Op(op, {storage}, attributes)});
    Must(e.tape.SetRequiresGrad(view, true));
    return view;
  }
  Value Columns(const Value& storage, int64_t begin, int64_t end) {
    return View(storage, "slice", {int64_t{1}, begin, end, int64_t{1}});
  }
  Value Matrix(int64_t rows, int64_t columns, double phase) {
    return e.Tensor<double>({rows, columns}, Numbers(rows * columns, phase));
  }
  // Two steps of `parameters`, all at once or (a model of what must come out) each by an optimizer
  // of its own, in order.
  void Train(const std::vector<Value>& parameters, bool together) {
    std::vector<std::unique_ptr<Optimizer>> optimizers;
    if (together) {
      optimizers.push_back(GetParam().Make(parameters));
    } else {
      for (const Value& parameter : parameters) optimizers.push_back(GetParam().Make({parameter}));
    }
    for (int step = 0; step < 2; ++step) {
      for (size_t i = 0; i < parameters.size(); ++i) {
        const TensorSpec& spec = parameters[i]->spec();
        Must(e.tape.SetGrad(parameters[i],
                            e.Tensor<double>(spec.shape, Numbers(spec.element_count(),
                                                                 static_cast<double>(i) + step))));
      }
      for (const auto& optimizer : optimizers) {
        Must(optimizer->Step(e.tape, e.eager, e.cancellation));
      }
    }
  }
  void SameTogether(const std::function<std::vector<Value>(const Value& storage)>& views) {
    const Value together = Matrix(4, 6, 0), one_by_one = Matrix(4, 6, 0);
    const std::vector<double> before = e.Read(together);
    Train(views(together), true);
    Train(views(one_by_one), false);
    EXPECT_NE(e.Read(together), before);
    EXPECT_EQ(e.Read(together), e.Read(one_by_one));
  }

  Engine e;
};
GRADD_FOR_EVERY_OPTIMIZER(OverlapTest);

TEST_P(OverlapTest, ATransposedParameterIsAsItsCopy) {
  const Value storage = Matrix(4, 6, 0);
  const Value transposed = View(storage, "transpose", {int64_t{0}, int64_t{1}});
  const Value copy = e.Tensor<double>({6, 4}, e.Read(transposed), true);
  Train({transposed}, true);
  Train({copy}, true);
  EXPECT_EQ(e.Read(transposed), e.Read(copy));
  EXPECT_EQ(e.Read(e.Op("transpose", {storage}, {int64_t{0}, int64_t{1}})), e.Read(copy));
  EXPECT_EQ(AsTensor(storage).version(), 2) << "one for each step";
}

TEST_P(OverlapTest, WhatIsBesideAPartStays) {
  const Value storage = Matrix(4, 6, 0);
  const std::vector<double> before = e.Read(storage);
  Train({Columns(storage, 1, 3)}, true);
  const std::vector<double> after = e.Read(storage);
  for (size_t i = 0; i < after.size(); ++i) {
    const bool inside = i % 6 == 1 || i % 6 == 2;
    EXPECT_EQ(after[i] != before[i], inside) << i;
  }
}

TEST_P(OverlapTest, PartsSideBySide) {
  SameTogether([&](const Value& storage) {
    return std::vector<Value>{Columns(storage, 0, 2), Columns(storage, 2, 6)};
  });
  SameTogether([&](const Value& storage) {
    return std::vector<Value>{View(storage, "select", {int64_t{0}, int64_t{2}}),
                              View(storage, "select", {int64_t{0}, int64_t{0}})};
  });
}

TEST_P(OverlapTest, PartsThatOverlapTakeTurns) {
  SameTogether([&](const Value& storage) {
    return std::vector<Value>{Columns(storage, 0, 4), Columns(storage, 2, 6),
                              View(storage, "view", {Dims{24}})};
  });
}

TEST_P(OverlapTest, TheSameParameterTwiceTakesTwoSteps) {
  const Value twice = e.Vector({1, 2}, true), once = e.Vector({1, 2}, true);
  const auto both = GetParam().Make({twice, twice}), single = GetParam().Make({once});
  for (const Value& p : {twice, once}) Must(e.tape.SetGrad(p, e.Vector({0.5, -1})));
  Must(both->Step(e.tape, e.eager, e.cancellation));
  Must(single->Step(e.tape, e.eager, e.cancellation));
  Must(single->Step(e.tape, e.eager, e.cancellation));
  EXPECT_EQ(e.Read(twice), e.Read(once));
  EXPECT_EQ(Must(both->StateOf(0, 1)).step, 2);
}

TEST_P(OverlapTest, GradientsOfAnyLayout) {
  const Value p = e.Tensor<double>({2, 3}, Numbers(6, 0), true);
  const Value q = e.Tensor<double>({2, 3}, Numbers(6, 0), true);
  const auto of_p = GetParam().Make({p}), of_q = GetParam().Make({q});
  const Value transposed =
      e.Op("transpose", {e.Tensor<double>({3, 2}, Numbers(6, 1))}, {int64_t{0}, int64_t{1}});
  const Value expanded = e.Op("expand", {e.Vector({1, 2, 3})}, {Dims{2, 3}});
  for (const Value& gradient : {transposed, expanded}) {
    Must(e.tape.SetGrad(p, gradient));
    Must(e.tape.SetGrad(q, e.Tensor<double>({2, 3}, e.Read(gradient))));
    Must(of_p->Step(e.tape, e.eager, e.cancellation));
    Must(of_q->Step(e.tape, e.eager, e.cancellation));
    EXPECT_EQ(e.Read(p), e.Read(q));
  }
}

TEST_P(OverlapTest, AGradientIsReadAsItWasBeforeTheStep) {
  const Value p = e.Vector({1, 2, 3, 4}, true), q = e.Vector({4, 3, 2, 1}, true);
  const Value model_p = e.Vector({1, 2, 3, 4}, true), model_q = e.Vector({4, 3, 2, 1}, true);
  Must(e.tape.SetGrad(p, p));
  Must(e.tape.SetGrad(q, p));
  for (const Value& m : {model_p, model_q}) Must(e.tape.SetGrad(m, e.Vector({1, 2, 3, 4})));
  Must(GetParam().Make({p, q})->Step(e.tape, e.eager, e.cancellation));
  Must(GetParam().Make({model_p, model_q})->Step(e.tape, e.eager, e.cancellation));
  EXPECT_EQ(e.Read(p), e.Read(model_p));
  EXPECT_EQ(e.Read(q), e.Read(model_q));
}

TEST_P(OverlapTest, AnExpandedParameterIsRefused) {
  const Value p = View(e.Vector({1}), "expand", {Dims{3}});
  Must(e.tape.SetGrad(p, e.Vector({1, 1, 1})));
  EXPECT_THAT(
      std::string(GetParam().Make({p})->Step(e.tape, e.eager, e.cancellation).message()),
      HasSubstr("more than one element of the written-to tensor refers to a single memory"));
}

}  // namespace
}  // namespace gradd
