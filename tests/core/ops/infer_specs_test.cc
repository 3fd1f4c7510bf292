#include <gtest/gtest.h>

#include "core/base/status.h"
#include "core/ops/op_table.h"

namespace gradd {
namespace {

constexpr DeviceId kSim = {DeviceKind::kSim, 0};

TensorSpec Spec(DType dtype, Dims shape, DeviceId device = {}) {
  return TensorSpec::Contiguous(dtype, std::move(shape), device);
}

absl::StatusOr<TensorSpec> Infer(absl::string_view op, std::vector<TensorSpec> inputs,
                                 const Attributes& attributes = {}) {
  std::vector<const TensorSpec*> pointers;
  for (const TensorSpec& input : inputs) pointers.push_back(&input);
  Specs outputs;
  GRADD_RETURN_IF_ERROR(InferSpecs(*FindOp(op), pointers, attributes, outputs));
  return outputs[0];
}

TEST(InferSpecsTest, ChecksTheCountOfInputs) {
  const absl::Status error = Infer("add", {Spec(DType::kFloat32, {2})}).status();
  EXPECT_EQ(error.message(), "add(): expected 2 tensors, but got 1");
  EXPECT_EQ(ErrorReason(error), "INPUT_COUNT");
}

TEST(InferSpecsTest, WantsTensorsOnOneDevice) {
  const TensorSpec here = Spec(DType::kFloat32, {2}), there = Spec(DType::kFloat32, {2}, kSim);
  EXPECT_EQ(Infer("add", {here, there}).status().message(),
            "Expected all tensors to be on the same device, but found at least two devices, cpu "
            "and sim:0!");
  // Numbers are on no device; ops whose business it is may mix.
  EXPECT_EQ(Infer("add", {MakeScalar(2)->spec(), there})->device, kSim);
  EXPECT_EQ(Infer("copy", {there, here})->device, kSim);
}

TEST(InferSpecsTest, PointwiseDTypes) {
  const auto result = [](absl::string_view op, DType a, DType b) {
    return Infer(op, {Spec(a, {2}), Spec(b, {2})})->dtype;
  };
  EXPECT_EQ(result("add", DType::kBool, DType::kBool), DType::kBool);
  EXPECT_EQ(result("mul", DType::kBool, DType::kInt64), DType::kInt64);
  EXPECT_EQ(result("div", DType::kInt64, DType::kInt64), DType::kFloat32);
  EXPECT_EQ(result("div", DType::kInt64, DType::kFloat64), DType::kFloat64);
  EXPECT_EQ(Infer("sin", {Spec(DType::kInt64, {2})})->dtype, DType::kFloat32);
  EXPECT_EQ(Infer("neg", {Spec(DType::kInt64, {2})})->dtype, DType::kInt64);
}

TEST(InferSpecsTest, OutputsOfOpsThatCopyAreContiguous) {
  TensorSpec transposed = Spec(DType::kFloat32, {2, 3});
  transposed.strides = {1, 2};
  transposed.offset = 5;
  for (const char* op : {"neg", "clone"}) {
    const TensorSpec output = *Infer(op, {transposed});
    EXPECT_EQ(output.strides, (Dims{3, 1}));
    EXPECT_EQ(output.offset, 0);
  }
}

TEST(InferSpecsTest, SumWidensIntegersAndBools) {
  const Attributes all = {Dims(), false, std::monostate()};
  EXPECT_EQ(Infer("sum", {Spec(DType::kBool, {2})}, all)->dtype, DType::kInt64);
  EXPECT_EQ(Infer("sum", {Spec(DType::kFloat32, {2})}, all)->dtype, DType::kFloat32);
  const TensorSpec kept =
      *Infer("sum", {Spec(DType::kFloat32, {2, 3, 4})}, {Dims{-1, 0}, true, DType::kFloat64});
  EXPECT_EQ(ToString(kept), "float64[1, 3, 1]");
}

TEST(InferSpecsTest, MatmulShapes) {
  const auto shape = [](Dims a, Dims b) {
    return ToString(Infer("matmul", {Spec(DType::kFloat32, a), Spec(DType::kFloat32, b)})->shape);
  };
  EXPECT_EQ(shape({2, 3}, {3, 4}), "[2, 4]");
  EXPECT_EQ(shape({3}, {3}), "[]");
  EXPECT_EQ(shape({3}, {3, 4}), "[4]");
  EXPECT_EQ(shape({2, 3}, {3}), "[2]");
  EXPECT_EQ(shape({5, 1, 2, 3}, {6, 3, 4}), "[5, 6, 2, 4]");
  EXPECT_EQ(shape({3}, {5, 3, 4}), "[5, 4]");
  EXPECT_EQ(shape({2, 0}, {0, 4}), "[2, 4]");
}

}  // namespace
}  // namespace gradd
