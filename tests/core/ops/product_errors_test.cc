// What the matrix products refuse, in PyTorch's words.

#include <gtest/gtest.h>

#include "core/base/status.h"
#include "core/ops/op_table.h"
#include "tests/core/ops/specs.h"

namespace gradd {
namespace {

struct Refused {
  const char* op;
  std::vector<TensorSpec> inputs;
  const char* text;
};

TensorSpec F64(Dims shape) { return TensorSpec::Contiguous(DType::kFloat64, std::move(shape), {}); }
TensorSpec Bool(Dims shape) { return TensorSpec::Contiguous(DType::kBool, std::move(shape), {}); }

// PyTorch 2.15.
const std::vector<Refused>& Rows() {
  static const auto* const kRows = new std::vector<Refused>{
      {"mm",
       {F32({2, 3}), F32({2, 3})},
       "mm: mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)"},
      {"mm", {F32({3}), F32({2, 3})}, "mm: self must be a matrix, got 1-D tensor"},
      {"mm", {F32({2, 3}), F32({3})}, "mm: mat2 must be a matrix, got 1-D tensor"},
      {"mm",
       {F32({2, 3}), F64({3, 4})},
       "expected m1 and m2 to have the same dtype, but got: float != double"},
      {"mm", {Bool({2, 3}), Bool({3, 2})}, "\"addmm_impl_cpu_\" not implemented for 'Bool'"},
      {"bmm", {F32({2, 3}), F32({2, 3, 4})}, "batch1 must be a 3D tensor"},
      {"bmm", {F32({2, 2, 3}), F32({3, 4})}, "batch2 must be a 3D tensor"},
      {"bmm",
       {F32({2, 2, 3}), F32({3, 3, 4})},
       "Expected size for first two dimensions of batch2 tensor to be: [2, 3] but got: [3, 3]."},
      {"bmm",
       {F32({2, 2, 3}), F32({2, 2, 4})},
       "Expected size for first two dimensions of batch2 tensor to be: [2, 3] but got: [2, 2]."},
      {"bmm", {F32({2, 2, 3}), F64({2, 3, 4})}, "expected scalar type Float but found Double"},
      {"mv", {F32({2}), F32({3})}, "vector + matrix @ vector expected, got 1, 1, 1"},
      {"mv", {F32({2, 3}), F32({3, 1})}, "vector + matrix @ vector expected, got 1, 2, 2"},
      {"mv", {F32({2, 3}), F32({2})}, "size mismatch, got input (2), mat (2x3), vec (2)"},
      {"mv",
       {F32({2, 3}), F64({3})},
       "addmv input tensors must have the same dtype, but got Double, Float, and Double"},
      {"dot", {F32({2, 1}), F32({3})}, "1D tensors expected, but got 2D and 1D tensors"},
      {"dot",
       {F32({2}), F32({3})},
       "inconsistent tensor size, expected tensor [2] and src [3] to have the same number of "
       "elements, but got 2 and 3 elements respectively"},
      {"dot",
       {F32({3}), F64({3})},
       "dot : expected both vectors to have same dtype, but found Float and Double"},
      {"dot", {Bool({2}), Bool({2})}, "\"dot\" not implemented for 'Bool'"},
      {"outer", {F32({2, 1}), F32({3})}, "outer: Expected 1-D argument self, but got 2-D"},
      {"outer", {F32({2}), F32({3, 1})}, "outer: Expected 1-D argument vec2, but got 2-D"},
      {"addmm",
       {F32({3}), F32({2, 3}), F32({3, 4})},
       "The expanded size of the tensor (4) must match the existing size (3) at non-singleton "
       "dimension 1.  Target sizes: [2, 4].  Tensor sizes: [3]"},
      {"addmm", {F32({4}), F32({3}), F32({3, 4})}, "addmm: self must be a matrix, got 1-D tensor"},
      {"addmm", {F32({4}), F32({2, 3}), F32({3})}, "addmm: mat2 must be a matrix, got 1-D tensor"},
      {"addmm",
       {F32({4}), F32({2, 3}), F32({2, 4})},
       "addmm: mat1 and mat2 shapes cannot be multiplied (2x3 and 2x4)"},
      {"addmm",
       {F64({4}), F32({2, 3}), F32({3, 4})},
       "self and mat2 must have the same dtype, but got Double and Float"},
      {"addmm",
       {F32({4}), F32({2, 3}), F64({3, 4})},
       "self and mat2 must have the same dtype, but got Float and Double"},
      {"linear",
       {F32({}), F32({4, 3}), F32({4})},
       "both arguments to linear need to be at least 1D, but they are 0D and 2D"},
      {"linear",
       {F32({2, 3}), F32({5, 4, 3}), F32({4})},
       "t() expects a tensor with <= 2 dimensions, but self is 3D"},
      {"linear", {F32({2, 3}), F32({3}), F32({1})}, "addmm: mat2 must be a matrix, got 1-D tensor"},
      {"linear",
       {F32({5, 2, 3}), F32({4, 2}), F32({4})},
       "addmm: mat1 and mat2 shapes cannot be multiplied (10x3 and 2x4)"},
      {"linear",
       {F32({5, 2, 3}), F32({4, 3}), F32({5})},
       "The expanded size of the tensor (4) must match the existing size (5) at non-singleton "
       "dimension 1.  Target sizes: [10, 4].  Tensor sizes: [5]"},
      {"linear",
       {F32({2, 3}), F32({4, 3}), F64({4})},
       "self and mat2 must have the same dtype, but got Double and Float"},
  };
  return *kRows;
}

TEST(ProductErrors, ArePyTorchs) {
  for (const Refused& row : Rows()) {
    const Op& op = *FindOp(row.op);
    std::vector<const TensorSpec*> inputs;
    for (const TensorSpec& input : row.inputs) inputs.push_back(&input);
    const Attributes attributes =
        op.attributes.empty() ? Attributes() : Attributes({Scalar(1), Scalar(1)});
    Specs outputs;
    const absl::Status status = InferSpecs(op, inputs, attributes, outputs);
    EXPECT_FALSE(status.ok()) << row.text;
    EXPECT_EQ(status.message(), row.text);
  }
}

TEST(Products, RecordPyTorchsNodes) {
  for (const auto& [op, node] : {std::pair("matmul", "MmBackward0"),
                                 {"mm", "MmBackward0"},
                                 {"bmm", "BmmBackward0"},
                                 {"mv", "MvBackward0"},
                                 {"dot", "DotBackward0"},
                                 {"addmm", "AddmmBackward0"},
                                 {"linear", "AddmmBackward0"}}) {
    EXPECT_EQ(FindOp(op)->node_name, node);
  }
  EXPECT_EQ(FindOp("outer")->vjp, nullptr) << "it records what it is made of";
}

}  // namespace
}  // namespace gradd
