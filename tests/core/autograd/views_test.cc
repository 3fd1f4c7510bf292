// Writes through views, and views of what was written.
#include <cmath>
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/engine.h"

namespace gradd {
namespace {

using ::testing::ElementsAre;
using testing::Engine;
using ::testing::HasSubstr;
using testing::Must;

Value Row(Engine& e, const Value& v, int64_t i) { return e.Op("select", {v}, {int64_t{0}, i}); }

TEST(Views, AWriteThroughAViewRewritesTheBase) {
  Engine e;
  const Value a = e.Tensor<double>({2, 2}, {1, 2, 3, 4}, true);
  const Value w = e.Vector({10, 20}, true);
  const Value x = e.Op("mul", {a, MakeScalar(2)});
  const Value row = Row(e, x, 0);
  Must(e.InPlace("mul", {row, w}));  // x[0] *= w
  EXPECT_EQ(e.tape.GradientEdge(x)->node->name(), "CopySlices");
  EXPECT_EQ(e.tape.GradientEdge(row)->node->name(), "AsStridedBackward0");
  EXPECT_THAT(e.Read(x), ElementsAre(20, 80, 6, 8));
  Must(e.Backward(e.Sum(x)));
  EXPECT_THAT(e.Read(e.tape.Grad(a)), ElementsAre(20, 40, 2, 2));
  EXPECT_THAT(e.Read(e.tape.Grad(w)), ElementsAre(2, 4));
}

TEST(Views, AViewSeesWhatHappenedToItsBase) {
  Engine e;
  const Value a = e.Vector({1, 2, 3}, true);
  const Value x = e.Op("mul", {a, MakeScalar(1)});
  const Value part = e.Op("slice", {x}, {int64_t{0}, int64_t{1}, std::monostate(), int64_t{1}});
  Must(e.InPlace("mul", {x, MakeScalar(3)}));
  EXPECT_THAT(e.Read(part), ElementsAre(6, 9));
  Must(e.Backward(e.Sum(part)));
  EXPECT_THAT(e.Read(e.tape.Grad(a)), ElementsAre(0, 3, 3));
}

TEST(Views, TwoViewsOfOneBase) {
  Engine e;
  const Value w = e.Vector({5, 7}, true);
  const Value x = e.Tensor<double>({2, 2}, {0, 0, 0, 0});
  const Value first = Row(e, x, 0), transposed = e.Op("transpose", {x}, {int64_t{0}, int64_t{1}});
  Must(e.InPlace("copy", {first, w}));
  EXPECT_TRUE(e.tape.RequiresGrad(x)) << "a tensor without history gets one through its view";
  EXPECT_TRUE(e.tape.RequiresGrad(transposed));
  Must(e.Backward(e.Sum(e.Op("mul", {transposed, transposed}))));
  EXPECT_THAT(e.Read(e.tape.Grad(w)), ElementsAre(10, 14));
}

TEST(Views, ViewsMadeInNoGradAreAmbiguous) {
  Engine e;
  const Value a = e.Vector({1, 2}, true);
  const Value x = e.Op("mul", {a, MakeScalar(1)});
  e.tape.set_grad_mode(GradMode::kDisabled);
  const Value view = Row(e, x, 0);
  e.tape.set_grad_mode(GradMode::kEnabled);
  EXPECT_THAT(std::string(e.InPlace("neg", {view}).message()),
              HasSubstr("A view was created in no_grad mode and is being modified inplace"));
}

// A view of such a view belongs to its base's history as that is when it is made.
TEST(Views, ViewsOfViewsMadeInNoGrad) {
  Engine e;
  const Value a = e.Vector({1, 2}, true);
  const Value x = e.Op("mul", {a, MakeScalar(2)});
  Must(e.InPlace("add", {x, MakeScalar(1)}));
  e.tape.set_grad_mode(GradMode::kDisabled);
  const Value view = Row(e, x, 0);
  e.tape.set_grad_mode(GradMode::kEnabled);
  const Value part = e.Op("expand", {view}, {Dims{1}});
  EXPECT_FALSE(e.tape.RequiresGrad(part));
  EXPECT_THAT(std::string(e.InPlace("mul", {part, MakeScalar(2)}).message()),
              HasSubstr("A view was created in no_grad mode"));
}

TEST(Views, ViewsMadeInNoGradOfConstantsRefuseHistory) {
  Engine e;
  const Value a = e.Vector({1, 2}, true);
  const Value x = e.Vector({3, 4});
  e.tape.set_grad_mode(GradMode::kDisabled);
  const Value view = Row(e, x, 0);
  e.tape.set_grad_mode(GradMode::kEnabled);
  Must(e.InPlace("mul", {view, MakeScalar(2)}));
  EXPECT_THAT(std::string(e.InPlace("mul", {view, Row(e, a, 0)}).message()),
              HasSubstr("A view was created in no_grad mode"));
}

// A detached part is the base of its views, wherever in its storage it lies.
TEST(Views, WritesThroughDetachedParts) {
  const auto gradient = [](const std::function<Value(Engine&, const Value&)>& part) {
    Engine e;
    const Value w = e.Vector({5, 7}, true);
    const Value y = e.Op("detach", {part(e, e.Tensor<double>({3, 2}, {0, 1, 2, 3, 4, 5}))});
    Must(e.InPlace("copy", {Row(e, y, 0), w}));
    EXPECT_THAT(e.Read(Row(e, y, 0)), ElementsAre(5, 7));
    const Value weights = e.Tensor<double>({2, 2}, {1, 2, 3, 4});
    Must(e.Backward(e.Sum(e.Op("mul", {y, weights}))));
    return e.Read(e.tape.Grad(w));
  };
  const auto rows = [](Engine& e, const Value& x) {
    return e.Op("slice", {x}, {int64_t{0}, int64_t{1}, std::monostate(), int64_t{1}});
  };
  EXPECT_THAT(gradient(rows), ElementsAre(1, 2));
  const auto transposed = [&](Engine& e, const Value& x) {
    return e.Op("transpose", {rows(e, x)}, {int64_t{0}, int64_t{1}});
  };
  EXPECT_THAT(gradient(transposed), ElementsAre(1, 2));
  const auto every_other = [](Engine& e, const Value& x) {
    return e.Op("slice", {x}, {int64_t{0}, int64_t{0}, std::monostate(), int64_t{2}});
  };
  EXPECT_THAT(gradient(every_other), ElementsAre(1, 2));
}

TEST(Views, SavedOutputsOfDetachedParts) {
  Engine e;
  const Value w = e.Vector({0.5, 0.25}, true);
  const Value x = e.Tensor<double>({2, 2}, {9, 9, 1, 2});
  const Value y = e.Op("detach", {Row(e, x, 1)});
  Must(e.InPlace("mul", {y, w}));
  Must(e.InPlace("exp", {y}));
  Must(e.Backward(e.Sum(y)));
  EXPECT_THAT(e.Read(e.tape.Grad(w)), ElementsAre(std::exp(0.5), 2 * std::exp(0.5)));
}

TEST(Views, SecondDerivativeThroughAWrite) {
  Engine e;
  const Value a = e.Vector({2, 3}, true);
  const Value x = e.Op("mul", {a, a});
  Must(e.InPlace("mul", {Row(e, x, 0), Row(e, a, 1)}));  // x = (a0^2 a1, a1^2)
  GradOptions options;
  options.create_graph = options.retain_graph = true;
  const Value first = Must(e.Grad(e.Sum(x), {a}, options))[0];
  EXPECT_THAT(e.Read(first), ElementsAre(12, 4 + 6));
  const Value second = Must(e.Grad(e.Sum(first), {a}, options))[0];
  // d/da (2 a0 a1 + a0^2 + 2 a1) = (2 a1 + 2 a0, 2 a0 + 2)
  EXPECT_THAT(e.Read(second), ElementsAre(10, 6));
}

TEST(Views, OverlappingViewsAreDifferentiatedByAccumulation) {
  Engine e;
  const Value a = e.Vector({1, 2, 3}, true);
  // Windows of two: [1 2], [2 3].
  const Value windows = e.Op("as_strided", {a}, {Dims{2, 2}, Dims{1, 1}, int64_t{0}});
  EXPECT_THAT(e.Read(windows), ElementsAre(1, 2, 2, 3));
  Must(e.Backward(e.Sum(windows)));
  EXPECT_THAT(e.Read(e.tape.Grad(a)), ElementsAre(1, 2, 1));
}

}  // namespace
}  // namespace gradd
