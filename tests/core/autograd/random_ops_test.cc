// Dropout, embeddings with padding, and ops that overwrite: what autograd sees of them.

#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/engine.h"

namespace gradd {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using testing::Engine;
using testing::Must;

constexpr int64_t kSeed = 5, kOffset = 9;

Value Dropout(Engine& e, const Value& x, double p, bool train = true) {
  return e.Op("dropout", {x}, {p, train, kSeed, kOffset});
}

TEST(Dropout, TheGradientHasTheMaskOfTheValue) {
  Engine e;
  const Value x = e.Vector(std::vector<double>(1000, 3), true);
  const Value y = Dropout(e, x, 0.25);
  EXPECT_EQ(e.tape.GradientEdge(y)->node->name(), "MulBackward0");
  Must(e.Backward(e.Sum(y)));
  const std::vector<double> values = e.Read(y), gradient = e.Read(e.tape.Grad(x));
  int64_t dropped = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    ASSERT_TRUE(values[i] == 0 || values[i] == 4) << values[i];
    EXPECT_EQ(gradient[i], values[i] / 3);
    dropped += values[i] == 0;
  }
  // Five standard deviations of a binomial distribution.
  EXPECT_NEAR(dropped, 250, 5 * std::sqrt(1000 * 0.25 * 0.75));
}

TEST(Dropout, OfEveryLayoutHasOneMask) {
  Engine e;
  const Value x = e.Tensor<double>({30, 20}, std::vector<double>(600, 1));
  const Value turned = e.Op("t", {e.Tensor<double>({20, 30}, std::vector<double>(600, 1))});
  EXPECT_EQ(e.Read(Dropout(e, x, 0.5)), e.Read(Dropout(e, turned, 0.5)));
}

TEST(Dropout, AtTheEnds) {
  Engine e;
  const Value x = e.Vector({1, -2, INFINITY}, true);
  EXPECT_THAT(e.Read(Dropout(e, x, 0)), ElementsAre(1, -2, INFINITY));
  EXPECT_THAT(e.Read(Dropout(e, x, 0.5, false)), ElementsAre(1, -2, INFINITY));
  const std::vector<double> none = e.Read(Dropout(e, e.Vector({1, -2, 3}), 1));
  EXPECT_THAT(none, Each(0));
  // As a product with the mask, of which PyTorch's is one.
  EXPECT_TRUE(std::isnan(e.Read(Dropout(e, x, 1))[2]));
  const Value y = Dropout(e, x, 1);
  Must(e.Backward(e.Sum(y)));
  EXPECT_THAT(e.Read(e.tape.Grad(x)), Each(0));
}

TEST(Embedding, TheRowOfPaddingGetsNoGradient) {
  Engine e;
  const Value weight = e.Tensor<double>({3, 2}, {1, 2, 3, 4, 5, 6}, true);
  const Value indices = e.Tensor<int64_t>({4}, {2, 0, 2, 1});
  const Value rows = e.Op("embedding", {weight, indices}, {int64_t{2}});
  EXPECT_THAT(e.Read(rows), ElementsAre(5, 6, 1, 2, 5, 6, 3, 4));
  EXPECT_EQ(e.tape.GradientEdge(rows)->node->name(), "EmbeddingBackward0");
  Must(e.Backward(e.Sum(rows)));
  EXPECT_THAT(e.Read(e.tape.Grad(weight)), ElementsAre(1, 1, 1, 1, 0, 0));
}

TEST(Overwriting, GivesZerosToWhatWasThere) {
  struct Row {
    const char* op;
    Values inputs;
    Attributes attributes;
    const char* node;
  };
  for (const Row& row :
       std::vector<Row>{{"zero", {}, {}, "ZeroBackward0"},
                        {"fill", {MakeScalar(2.5)}, {}, "FillBackward2"},
                        {"uniform", {}, {0.0, 1.0, kSeed, kOffset}, "UniformBackward0"},
                        {"normal", {}, {0.0, 1.0, kSeed, kOffset}, "NormalBackward0"},
                        {"bernoulli", {MakeScalar(0.5)}, {kSeed, kOffset}, "BernoulliBackward2"}}) {
    SCOPED_TRACE(row.op);
    Engine e;
    const Value a = e.Vector({1, 2, 3}, true);
    const Value x = e.Op("mul", {a, MakeScalar(2)});
    Values inputs = {x};
    inputs.insert(inputs.end(), row.inputs.begin(), row.inputs.end());
    Must(e.InPlace(row.op, inputs, row.attributes));
    EXPECT_EQ(e.tape.GradientEdge(x)->node->name(), row.node);
    Must(e.Backward(e.Sum(x)));
    EXPECT_THAT(e.Read(e.tape.Grad(a)), Each(0));
  }
}

TEST(Overwriting, AFilledValueGetsTheSum) {
  Engine e;
  const Value a = e.Vector({1, 2, 3}, true);
  const Value value = e.Tensor<double>({}, {4}, true);
  const Value x = e.Op("mul", {a, MakeScalar(2)});
  Must(e.InPlace("fill", {x, value}));
  EXPECT_EQ(e.tape.GradientEdge(x)->node->name(), "FillBackward3");
  EXPECT_THAT(e.Read(x), Each(4));
  Must(e.Backward(e.Sum(x)));
  EXPECT_THAT(e.Read(e.tape.Grad(value)), ElementsAre(3));
}

TEST(NodeNames, DependOnTheArgumentsAsInPyTorch) {
  Engine e;
  const Value x = e.Tensor<double>({1, 2, 1}, {1, 2}, true);
  const auto name = [&](const Value& v) { return e.tape.GradientEdge(v)->node->name(); };
  EXPECT_EQ(name(e.Op("squeeze", {x}, {std::monostate()})), "SqueezeBackward0");
  EXPECT_EQ(name(e.Op("squeeze", {x}, {Dims{0}})), "SqueezeBackward1");
  EXPECT_EQ(name(e.Op("squeeze", {x}, {Dims{0, 2}})), "SqueezeBackward2");
  const Value index = e.Tensor<int64_t>({1, 1, 1}, {0});
  EXPECT_EQ(name(e.Op("scatter", {x, index, x}, {int64_t{1}})), "ScatterBackward0");
  EXPECT_EQ(name(e.Op("scatter", {x, index, MakeScalar(1)}, {int64_t{1}})), "ScatterBackward1");
}

}  // namespace
}  // namespace gradd
