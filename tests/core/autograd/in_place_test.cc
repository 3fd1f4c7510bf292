#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/engine.h"

namespace gradd {
namespace {

using ::testing::ElementsAre;
using testing::Engine;
using ::testing::HasSubstr;
using testing::Must;
using ::testing::StartsWith;

TEST(InPlace, LeavesThatRequireGradAreRefused) {
  Engine e;
  const Value a = e.Vector({1, 2}, true);
  EXPECT_EQ(e.InPlace("sin", {a}).message(),
            "a leaf Variable that requires grad is being used in an in-place operation.");
  const Value view = e.Op("select", {a}, {int64_t{0}, int64_t{0}});
  EXPECT_EQ(e.InPlace("sin", {view}).message(),
            "a view of a leaf Variable that requires grad is being used in an in-place operation.");
  EXPECT_THAT(e.Read(a), ElementsAre(1, 2));
  e.tape.set_grad_mode(GradMode::kDisabled);
  Must(e.InPlace("neg", {a}));
  EXPECT_THAT(e.Read(a), ElementsAre(-1, -2));
}

TEST(InPlace, CarriesTheHistoryOver) {
  Engine e;
  const Value a = e.Vector({2}, true);
  const Value x = e.Op("mul", {a, MakeScalar(3)});
  Must(e.InPlace("mul", {x, a}));  // x = 3 a^2
  Must(e.Backward(x));
  EXPECT_THAT(e.Read(e.tape.Grad(a)), ElementsAre(12));
}

TEST(InPlace, OfATensorWithoutHistoryGivesItOne) {
  Engine e;
  const Value w = e.Vector({2, 3}, true);
  const Value x = e.Vector({0, 0});
  Must(e.InPlace("copy", {x, w}));
  EXPECT_TRUE(e.tape.RequiresGrad(x));
  Must(e.Backward(e.Sum(e.Op("mul", {x, x}))));
  EXPECT_THAT(e.Read(e.tape.Grad(w)), ElementsAre(4, 6));
}

TEST(InPlace, OnASavedInputIsReportedWithVersions) {
  Engine e;
  const Value a = e.Tensor<float>({2}, {1, 2}, true);
  const Value x = e.Op("mul", {a, MakeScalar(1)});
  const Value y = e.Op("sin", {x});
  Must(e.InPlace("add", {x, MakeScalar(1)}));
  const absl::Status status = e.Backward(e.Sum(y));
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(
      status.message(),
      "one of the variables needed for gradient computation has been modified by an inplace "
      "operation: [torch.FloatTensor [2]], which is output 0 of MulBackward0, is at version 1; "
      "expected version 0 instead. Hint: enable anomaly detection to find the operation that "
      "failed to compute its gradient, with torch.autograd.set_detect_anomaly(True).");
}

TEST(InPlace, OnASavedOutputIsReported) {
  Engine e;
  const Value a = e.Vector({1}, true);
  const Value y = e.Op("exp", {a});
  Must(e.InPlace("add", {y, MakeScalar(1)}));
  EXPECT_THAT(std::string(e.Backward(y).message()),
              HasSubstr("which is output 0 of ExpBackward0, is at version 1; expected version 0"));
}

TEST(InPlace, ItsOwnSavedOutputIsWatchedAfterwards) {
  Engine e;
  const Value a = e.Vector({1}, true);
  const Value x = e.Op("mul", {a, MakeScalar(1)});
  Must(e.InPlace("exp", {x}));
  Must(e.Backward(x, {.retain_graph = true}));
  EXPECT_THAT(e.Read(e.tape.Grad(a)), ElementsAre(std::exp(1.0)));
  Must(e.InPlace("add", {x, MakeScalar(1)}));
  EXPECT_THAT(std::string(e.Backward(x).message()), StartsWith("one of the variables needed"));
}

TEST(InPlace, WhatItSavedOfItsTargetIsTheOldValue) {
  Engine e;
  const Value a = e.Vector({3}, true);
  const Value b = e.Vector({5}, true);
  const Value x = e.Op("mul", {a, MakeScalar(1)});
  Must(e.InPlace("mul", {x, b}));
  Must(e.Backward(x));
  EXPECT_THAT(e.Read(e.tape.Grad(b)), ElementsAre(3));
  EXPECT_THAT(e.Read(e.tape.Grad(a)), ElementsAre(5));
}

TEST(InPlace, DetachedTensorsShareDataButNotHistory) {
  Engine e;
  const Value a = e.Vector({1, 2}, true);
  const Value detached = e.Op("detach", {a});
  EXPECT_FALSE(e.tape.RequiresGrad(detached));
  Must(e.InPlace("mul", {detached, MakeScalar(10)}));
  EXPECT_THAT(e.Read(a), ElementsAre(10, 20));
  EXPECT_TRUE(e.tape.IsLeaf(a));
}

TEST(InPlace, AssigningAConstantGivesZeros) {
  Engine e;
  const Value a = e.Vector({1, 2}, true);
  const Value x = e.Op("sin", {a});
  Must(e.InPlace("copy", {x, MakeScalar(0)}));
  EXPECT_TRUE(e.tape.RequiresGrad(x)) << "as in PyTorch";
  Must(e.Backward(e.Sum(x)));
  EXPECT_THAT(e.Read(e.tape.Grad(a)), ElementsAre(0, 0));
}

TEST(InPlace, CopyingOverGivesZeros) {
  Engine e;
  const Value a = e.Vector({1, 2}, true), b = e.Vector({3, 4}, true);
  const Value x = e.Op("sin", {a});
  Must(e.InPlace("copy", {x, b}));
  Must(e.Backward(e.Sum(x)));
  EXPECT_THAT(e.Read(e.tape.Grad(a)), ElementsAre(0, 0));
  EXPECT_THAT(e.Read(e.tape.Grad(b)), ElementsAre(1, 1));
}

// A cast stands between the op and the write.
TEST(InPlace, WiderOperands) {
  Engine e;
  const Value a = e.Tensor<float>({2}, {1, 2}, true);
  const Value w = e.Vector({3, 4}, true);
  const Value x = e.Op("mul", {a, MakeScalar(1)});
  const Value product = e.Op("mul", {x, w});
  EXPECT_EQ(product->spec().dtype, DType::kFloat64);
  const Value narrow = e.Op("to", {product}, {DType::kFloat32, std::monostate()});
  Must(e.tape.Assign(x, narrow));
  Must(e.Backward(e.Sum(x)));
  EXPECT_THAT(e.Read<float>(e.tape.Grad(a)), ElementsAre(3, 4));
  EXPECT_THAT(e.Read(e.tape.Grad(w)), ElementsAre(1, 2));
}

TEST(InPlace, InferenceMode) {
  Engine e;
  const Value normal = e.Vector({1, 2}), a = e.Vector({3, 4}, true);
  e.tape.set_grad_mode(GradMode::kInference);
  const Value detached = e.Op("detach", {normal});
  const Value view = e.Op("slice", {normal}, {int64_t{0}, int64_t{0}, int64_t{1}, int64_t{1}});
  const Value made = e.Op("sin", {normal});
  Must(e.InPlace("neg", {made}));
  e.tape.set_grad_mode(GradMode::kEnabled);
  Must(e.Backward(e.Sum(e.Op("mul", {a, detached}))));
  const Value first = e.Op("slice", {a}, {int64_t{0}, int64_t{0}, int64_t{1}, int64_t{1}});
  EXPECT_THAT(std::string(e.InPlace("mul", {view, first}).message()),
              StartsWith("A view was created in inference mode and is being modified inplace in "
                         "normal mode."));
  Must(e.InPlace("mul", {view, MakeScalar(2)}));
  const Value part = e.Op("slice", {made}, {int64_t{0}, int64_t{0}, int64_t{1}, int64_t{1}});
  EXPECT_THAT(std::string(e.Try("mul", {first, part}).status().message()),
              StartsWith("Inference tensors cannot be saved for backward."));
  for (const Value& tensor : {made, part}) {
    EXPECT_THAT(std::string(e.InPlace("neg", {tensor}).message()),
                StartsWith("Inplace update to inference tensor outside InferenceMode"));
  }
}

TEST(InPlace, KeepsBuffersThatOthersHold) {
  Engine e;
  const Value x = e.Vector({1, 2, 3});
  const RefPtr<Buffer> held = AsTensor(x).cell().buffer;
  const Value view = e.Op("slice", {x}, {int64_t{0}, int64_t{1}, std::monostate(), int64_t{1}});
  Must(e.InPlace("neg", {view}));
  EXPECT_THAT(e.Read(x), ElementsAre(1, -2, -3));
  EXPECT_EQ(static_cast<const double*>(held->data())[1], 2);
  EXPECT_EQ(AsTensor(x).version(), 1);
}

TEST(InPlace, RetainGradFollowsTheTensor) {
  Engine e;
  const Value a = e.Vector({2}, true);
  const Value x = e.Op("mul", {a, MakeScalar(1)});
  Must(e.tape.RetainGrad(x));
  Must(e.InPlace("mul", {x, MakeScalar(5)}));
  Must(e.Backward(e.Op("mul", {x, MakeScalar(7)})));
  EXPECT_THAT(e.Read(e.tape.Grad(x)), ElementsAre(7));
  EXPECT_THAT(e.Read(e.tape.Grad(a)), ElementsAre(35));
}

}  // namespace
}  // namespace gradd
