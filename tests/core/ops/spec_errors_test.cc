// What the spec rules refuse, and in which words. Where PyTorch has a text for it, it is PyTorch's.

#include <limits>

#include <gtest/gtest.h>

#include "core/base/status.h"
#include "core/ops/op_table.h"
#include "tests/core/ops/specs.h"

namespace gradd {
namespace {

constexpr int64_t kMin = std::numeric_limits<int64_t>::min();

struct Refused {
  const char* op;
  std::vector<TensorSpec> inputs;
  Attributes attributes;
  const char* reason;
  const char* text;
  absl::StatusCode code = absl::StatusCode::kInvalidArgument;
};

TensorSpec F64(Dims shape) { return TensorSpec::Contiguous(DType::kFloat64, std::move(shape), {}); }
TensorSpec Int(Dims shape) { return TensorSpec::Contiguous(DType::kInt64, std::move(shape), {}); }
TensorSpec Bool(Dims shape) { return TensorSpec::Contiguous(DType::kBool, std::move(shape), {}); }
TensorSpec Transposed() {
  TensorSpec spec = F32({2, 3});
  spec.strides = {1, 2};
  return spec;
}

constexpr std::monostate kNone;
constexpr int64_t k0 = 0, k1 = 1, k2 = 2, k3 = 3;
constexpr absl::StatusCode kUnimplemented = absl::StatusCode::kUnimplemented;

const std::vector<Refused>& Rows() {
  static const auto* const kRows = new std::vector<Refused>{
      // pointwise
      {"add",
       {F32({2, 3}), F32({2})},
       {},
       "SHAPE_MISMATCH",
       "The size of tensor a (3) must match the size of tensor b (2) at non-singleton dimension 1"},
      {"mul",
       {F32({kMax, 1}), F32({1, 2})},
       {},
       "SIZE_OVERFLOW",
       "Storage size calculation overflowed with sizes=[9223372036854775807, 2]"},
      {"sub",
       {Bool({2}), Bool({2})},
       {},
       "DTYPE_UNSUPPORTED",
       "sub(): not supported for bool tensors",
       kUnimplemented},
      {"neg",
       {Bool({2})},
       {},
       "DTYPE_UNSUPPORTED",
       "neg(): not supported for bool tensors",
       kUnimplemented},

      // create and random
      {"full",
       {},
       {Dims{-1}, Scalar(1), DType::kBool, DeviceId()},
       "NEGATIVE_DIMENSION",
       "Trying to create tensor with negative dimension -1: [-1]"},
      {"full",
       {},
       {Dims{kMax, kMax}, Scalar(1), DType::kBool, DeviceId()},
       "SIZE_OVERFLOW",
       nullptr},
      {"full",
       {},
       {Dims(65, 1), Scalar(1), DType::kBool, DeviceId()},
       "RANK_TOO_LARGE",
       "tensor has too many (>64) dims"},
      {"rand",
       {},
       {Dims{2}, DType::kInt64, DeviceId(), k0, k0},
       "DTYPE_UNSUPPORTED",
       "rand(): not implemented for int64",
       kUnimplemented},
      {"randn",
       {},
       {Dims{kMin}, DType::kFloat32, DeviceId(), k0, k0},
       "NEGATIVE_DIMENSION",
       nullptr},

      // matmul
      {"matmul",
       {F32({}), F32({3})},
       {},
       "RANK_TOO_SMALL",
       "both arguments to matmul need to be at least 1D, but they are 0D and 1D"},
      {"matmul",
       {F32({2, 3}), F32({4, 5})},
       {},
       "SHAPE_MISMATCH",
       "mat1 and mat2 shapes cannot be multiplied (2x3 and 4x5)"},
      {"matmul",
       {F32({3}), F32({4, 5})},
       {},
       "SHAPE_MISMATCH",
       "mat1 and mat2 shapes cannot be multiplied (1x3 and 4x5)"},
      {"matmul",
       {F32({3}), F32({4})},
       {},
       "SHAPE_MISMATCH",
       "inconsistent tensor size, expected tensor [3] and src [4] to have the same number of "
       "elements, but got 3 and 4 elements respectively"},
      {"matmul",
       {F32({2, 2, 3}), F32({3, 3, 5})},
       {},
       "SHAPE_MISMATCH",
       "The size of tensor a (2) must match the size of tensor b (3) at non-singleton dimension 0"},
      {"matmul", {F32({2, 3}), F64({3, 2})}, {}, "DTYPE_MISMATCH", nullptr},
      {"matmul", {Bool({2, 3}), Bool({3, 2})}, {}, "DTYPE_UNSUPPORTED", nullptr, kUnimplemented},
      {"matmul", {F32({kMax, 0}), F32({0, kMax})}, {}, "SIZE_OVERFLOW", nullptr},

      // reduction
      {"sum",
       {F32({2, 3})},
       {Dims{2}, false, kNone},
       "DIMENSION_OUT_OF_RANGE",
       "Dimension out of range (expected to be in range of [-2, 1], but got 2)"},
      {"sum",
       {F32({2, 3})},
       {Dims{1, -1}, false, kNone},
       "DUPLICATE_DIMENSION",
       "dim 1 appears multiple times in the list of dims"},
      {"sum", {F32({})}, {Dims{1}, false, kNone}, "DIMENSION_OUT_OF_RANGE", nullptr},

      // index
      {"index_select",
       {F32({2, 3}), F32({1})},
       {k0},
       "DTYPE_MISMATCH",
       "index_select(): Expected dtype int64 for index"},
      {"index_select",
       {F32({2, 3}), Int({1, 1})},
       {k0},
       "SHAPE_MISMATCH",
       "index_select(): Index is supposed to be a vector"},
      {"index_select", {F32({2, 3}), Int({1})}, {k2}, "DIMENSION_OUT_OF_RANGE", nullptr},
      {"index_select", {F32({}), Int({1})}, {k0}, "RANK_TOO_SMALL", nullptr},
      {"index_select", {F32({0, kMax}), Int({2})}, {k0}, "SIZE_OVERFLOW", nullptr},
      {"index_add", {F32({2, 3}), Int({1}), F64({1, 3})}, {k0}, "DTYPE_MISMATCH", nullptr},
      {"index_add",
       {F32({2, 3}), Int({1}), F32({2, 3})},
       {k0},
       "SHAPE_MISMATCH",
       "index_add(): source must have shape [1, 3], but has [2, 3]"},
      {"index_add", {F32({2, 3}), F32({1}), F32({1, 3})}, {k0}, "DTYPE_MISMATCH", nullptr},
      {"index_add", {F32({2, 3}), Int({}), F32({1, 3})}, {k0}, "SHAPE_MISMATCH", nullptr},
      {"index_add", {F32({}), Int({1}), F32({})}, {k0}, "RANK_TOO_SMALL", nullptr},

      // views
      {"expand", {F32({2, 3})}, {Dims{3}}, "SHAPE_MISMATCH", nullptr},
      {"expand",
       {F32({2, 3})},
       {Dims{4, 5}},
       "SHAPE_MISMATCH",
       "The expanded size of the tensor (5) must match the existing size (3) at non-singleton "
       "dimension 1.  Target sizes: [4, 5].  Tensor sizes: [2, 3]"},
      {"expand",
       {F32({3})},
       {Dims{-1, 3}},
       "NEGATIVE_DIMENSION",
       "The expanded size of the tensor (-1) isn't allowed in a leading, non-existing dimension 0"},
      {"expand", {F32({1})}, {Dims{-2}}, "SHAPE_MISMATCH", nullptr},
      {"expand", {F32({1, 1})}, {Dims{kMax, 2}}, "SIZE_OVERFLOW", nullptr},
      {"select",
       {F32({})},
       {k0, k0},
       "RANK_TOO_SMALL",
       "select() cannot be applied to a 0-dim tensor."},
      {"select",
       {F32({2, 3})},
       {k1, k3},
       "INDEX_OUT_OF_RANGE",
       "select(): index 3 out of range for tensor of size [2, 3] at dimension 1"},
      {"select", {F32({2, 3})}, {k1, kMin}, "INDEX_OUT_OF_RANGE", nullptr},
      {"select", {F32({0})}, {k0, k0}, "INDEX_OUT_OF_RANGE", nullptr},
      {"select", {F32({2})}, {kMin, k0}, "DIMENSION_OUT_OF_RANGE", nullptr},
      {"slice",
       {F32({})},
       {k0, kNone, kNone, k1},
       "RANK_TOO_SMALL",
       "slice() cannot be applied to a 0-dim tensor."},
      {"slice", {F32({2})}, {k0, kNone, kNone, k0}, "SLICE_STEP", "slice step must be positive"},
      {"slice", {F32({2})}, {k0, kNone, kNone, kMin}, "SLICE_STEP", nullptr},
      {"transpose",
       {F32({2, 3})},
       {k0, k2},
       "DIMENSION_OUT_OF_RANGE",
       "Dimension out of range (expected to be in range of [-2, 1], but got 2)"},
      {"transpose", {F32({})}, {k0, k1}, "DIMENSION_OUT_OF_RANGE", nullptr},
      {"view",
       {F32({2, 3})},
       {Dims{4, 2}},
       "SHAPE_MISMATCH",
       "shape '[4, 2]' is invalid for input of size 6"},
      {"view",
       {F32({2, 3})},
       {Dims{-1, -1}},
       "TWO_INFERRED_DIMENSIONS",
       "only one dimension can be inferred"},
      {"view",
       {Transposed()},
       {Dims{6}},
       "VIEW_NEEDS_COPY",
       "view size is not compatible with input tensor's size and stride (at least one dimension "
       "spans across two contiguous subspaces). Use .reshape(...) instead."},
      {"view", {F32({0})}, {Dims{-1, 0}}, "SHAPE_AMBIGUOUS", nullptr},
      {"copy", {F32({2}), F32({3})}, {}, "SHAPE_MISMATCH", nullptr},
      {"copy", {F32({2}), F32({2, 2})}, {}, "SHAPE_MISMATCH", nullptr},

      // layouts
      {"as_strided", {Transposed()}, {Dims{2}, Dims{1}, k0}, "NOT_CONTIGUOUS", nullptr},
      {"as_strided", {F32({6})}, {Dims{2, 3}, Dims{3, 2}, k0}, "OUT_OF_BOUNDS", nullptr},
      {"as_strided", {F32({6})}, {Dims{6}, Dims{1}, k1}, "OUT_OF_BOUNDS", nullptr},
      {"as_strided", {F32({6})}, {Dims{2, 3}, Dims{3}, k0}, "STRIDE_COUNT", nullptr},
      {"as_strided",
       {F32({6})},
       {Dims{2, 3}, Dims{3, -1}, k0},
       "NEGATIVE_STRIDE",
       "as_strided(): Negative strides are not supported at the moment, got strides: [3, -1]"},
      {"as_strided", {F32({6})}, {Dims{2}, Dims{1}, int64_t{-1}}, "NEGATIVE_OFFSET", nullptr},
      {"as_strided", {F32({6})}, {Dims{2}, Dims{kMax}, k1}, "OUT_OF_BOUNDS", nullptr},
      {"as_strided", {F32({6})}, {Dims{3}, Dims{kMax}, k0}, "OUT_OF_BOUNDS", nullptr},
      {"as_strided", {F32({6})}, {Dims{2, 2}, Dims{kMax, kMax}, k0}, "OUT_OF_BOUNDS", nullptr},
      {"as_strided", {F32({6})}, {Dims{}, Dims{}, kMax}, "OUT_OF_BOUNDS", nullptr},
      {"strided_accumulate", {F32({2, 3})}, {Dims{5}, Dims{3, 1}, k0}, "OUT_OF_BOUNDS", nullptr},
      {"strided_accumulate", {F32({2})}, {Dims{-5}, Dims{1}, k0}, "NEGATIVE_DIMENSION", nullptr},
      {"strided_scatter", {F32({6}), F64({2})}, {Dims{1}, k0}, "DTYPE_MISMATCH", nullptr},
      {"strided_scatter", {F32({6}), F32({2})}, {Dims{6}, k0}, "OUT_OF_BOUNDS", nullptr},
      {"strided_scatter",
       {F32({6}), F32({2})},
       {Dims{0}, k0},
       "OVERLAPPING_WRITE",
       "unsupported operation: more than one element of the written-to tensor refers to a single "
       "memory location. Please clone() the tensor before performing the operation."},
  };
  return *kRows;
}

TEST(SpecErrorsTest, RulesRefuseInTheirWords) {
  for (const Refused& row : Rows()) {
    std::vector<const TensorSpec*> inputs;
    for (const TensorSpec& input : row.inputs) inputs.push_back(&input);
    Specs outputs;
    const absl::Status status = InferSpecs(*FindOp(row.op), inputs, row.attributes, outputs);
    SCOPED_TRACE(absl::StrCat(row.op, " ", row.reason));
    EXPECT_EQ(status.code(), row.code) << status;
    EXPECT_EQ(ErrorReason(status), row.reason) << status;
    if (row.text != nullptr) {
      EXPECT_EQ(std::string(status.message()), row.text);
    }
  }
}

}  // namespace
}  // namespace gradd
