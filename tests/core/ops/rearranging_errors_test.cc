// What the spec rules of views, factories, joins and index ops refuse, in PyTorch's words.

#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/base/status.h"
#include "core/ops/op_table.h"
#include "tests/core/ops/specs.h"

namespace gradd {
namespace {

constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
constexpr std::monostate kNone;
constexpr DeviceId kHere;
constexpr int64_t k0 = 0, k1 = 1, k2 = 2, k5 = 5;

TensorSpec Of(DType dtype, Dims shape) {
  return TensorSpec::Contiguous(dtype, std::move(shape), {});
}
TensorSpec Int(Dims shape) { return Of(DType::kInt64, std::move(shape)); }
TensorSpec Number() { return MakeScalar(1.0)->spec(); }

struct Refused {
  const char* op;
  std::vector<TensorSpec> inputs;
  Attributes attributes;
  const char* text;
};

void Expect(const std::vector<Refused>& rows) {
  for (const Refused& row : rows) {
    std::vector<const TensorSpec*> inputs;
    for (const TensorSpec& input : row.inputs) inputs.push_back(&input);
    Specs outputs;
    const absl::Status status = InferSpecs(*FindOp(row.op), inputs, row.attributes, outputs);
    EXPECT_FALSE(status.ok()) << row.op << ": " << row.text;
    EXPECT_EQ(std::string(status.message()), row.text) << row.op;
  }
}

TEST(RearrangingErrors, OfViews) {
  Expect({
      {"permute",
       {F32({2, 3, 4})},
       {Dims{0, 1}},
       "permute(sparse_coo): number of dimensions in the tensor input does not match the length of "
       "the desired ordering of dimensions i.e. input.dim() = 3 is not equal to len(dims) = 2"},
      {"permute", {F32({2, 3})}, {Dims{1, -1}}, "permute(): duplicate dims are not allowed."},
      {"unsqueeze",
       {F32({2, 3, 4})},
       {k5},
       "Dimension out of range (expected to be in range of [-4, 3], but got 5)"},
      {"squeeze",
       {F32({2, 3, 4})},
       {Dims{5}},
       "Dimension out of range (expected to be in range of [-3, 2], but got 5)"},
      {"squeeze", {F32({1})}, {Dims{0, -1}}, "dim 0 appears multiple times in the list of dims"},
      {"diagonal", {F32({2, 3})}, {k0, k1, k1}, "diagonal dimensions cannot be identical 1, 1"},
      {"diagonal",
       {F32({2})},
       {k0, k0, k1},
       "Dimension out of range (expected to be in range of [-1, 0], but got 1)"},
      {"t", {F32({2, 3, 4})}, {}, "t() expects a tensor with <= 2 dimensions, but self is 3D"},
      {"unsafe_view", {F32({2, 3})}, {Dims{4}}, "shape '[4]' is invalid for input of size 6"},
      {"tril", {F32({2})}, {k0}, "tril: input tensor must have at least 2 dimensions"},
      {"triu", {F32({})}, {k0}, "triu: input tensor must have at least 2 dimensions"},
      {"flip", {F32({2})}, {Dims{0, 0}}, "dim 0 appears multiple times in the list of dims"},
  });
}

// A diagonal that begins outside of the matrix is empty, however far outside.
TEST(RearrangingErrors, NotOfADiagonalFarOutside) {
  const TensorSpec input = F32({2, 3});
  for (const int64_t offset : {kMin, kMax}) {
    Specs outputs;
    EXPECT_TRUE(InferSpecs(*FindOp("diagonal"), {&input}, {offset, k0, k1}, outputs).ok());
    EXPECT_EQ(outputs[0].shape, Dims{0});
  }
}

TEST(RearrangingErrors, OfFactories) {
  const auto arange = [](Scalar start, Scalar end, Scalar step) {
    return Attributes({start, end, step, kNone, kHere});
  };
  const double infinity = std::numeric_limits<double>::infinity();
  Expect({
      {"arange", {}, arange(0, 5, 0), "step must be nonzero"},
      {"arange", {}, arange(0, 5, -1), "upper bound and lower bound inconsistent with step sign"},
      {"arange", {}, arange(0, infinity, 1), "unsupported range: 0 -> inf"},
      {"arange", {}, arange(0, 1e300, 1), "invalid size, possible overflow?"},
      {"arange", {}, arange(kMin, kMax, 1), "invalid size, possible overflow?"},
      {"linspace",
       {},
       {Scalar(0), Scalar(1), int64_t{-1}, DType::kFloat32, kHere},
       "number of steps must be non-negative"},
      {"eye",
       {},
       {int64_t{-1}, kNone, DType::kFloat32, kHere},
       "n must be greater or equal to 0, got -1"},
      {"eye",
       {},
       {k2, int64_t{-1}, DType::kFloat32, kHere},
       "m must be greater or equal to 0, got -1"},
      {"fill",
       {F32({2}), F32({2})},
       {},
       "fill_ only supports 0-dimension value tensor but got tensor with 1 dimensions."},
      {"one_hot",
       {F32({2})},
       {k2},
       "one_hot is only applicable to index tensor of type LongTensor."},
  });
}

TEST(RearrangingErrors, OfRandomOps) {
  Expect({
      {"uniform",
       {F32({2})},
       {2.0, 1.0, kNone, kNone},
       "uniform_ expects to return a [from, to) range, but found from=2 > to=1"},
      {"normal",
       {F32({2})},
       {0.0, -1.0, kNone, kNone},
       "normal expects std >= 0.0, but found std -1"},
      {"randint",
       {},
       {k5, k2, Dims{2}, DType::kInt64, kHere, kNone, kNone},
       "random_ expects 'from' to be less than 'to', but got from=5 >= to=2"},
      {"randint",
       {},
       {k0, int64_t{1} << 40, Dims{2}, DType::kInt32, kHere, kNone, kNone},
       "to - 1 is out of bounds for int32"},
      {"randperm",
       {},
       {int64_t{-1}, DType::kInt64, kHere, kNone, kNone},
       "Trying to create tensor with negative dimension -1: [-1]"},
      {"randperm",
       {},
       {int64_t{100'000}, DType::kFloat16, kHere, kNone, kNone},
       "n cannot be greater than 2049 for Half type."},
      {"dropout",
       {F32({2})},
       {2.0, true, kNone, kNone},
       "dropout probability has to be between 0 and 1, but got 2"},
      {"dropout",
       {Int({2})},
       {0.5, true, kNone, kNone},
       "result type Float can't be cast to the desired output type Long"},
  });
}

TEST(RearrangingErrors, OfJoins) {
  Expect({
      {"cat", {}, {k0}, "torch.cat(): expected a non-empty list of Tensors"},
      {"cat",
       {F32({2, 3}), F32({3})},
       {k0},
       "Tensors must have same number of dimensions: got 2 and 1"},
      {"cat",
       {F32({2, 3}), F32({2, 2})},
       {k0},
       "Sizes of tensors must match except in dimension 0. Expected size 3 but got size 2 for "
       "tensor number 1 in the list."},
      {"cat",
       {F32({2}), F32({})},
       {k0},
       "zero-dimensional tensor (at position 1) cannot be concatenated"},
      {"cat",
       {F32({2})},
       {k1},
       "Dimension out of range (expected to be in range of [-1, 0], but got 1)"},
      {"cat", {F32({kMax, 0}), F32({kMax, 0})}, {k0}, "torch.cat(): the result is too large"},
      {"stack", {}, {k0}, "stack expects a non-empty TensorList"},
      {"stack",
       {F32({2, 3}), F32({3})},
       {k0},
       "stack expects each tensor to be equal size, but got [2, 3] at entry 0 and [3] at entry 1"},
      {"stack", {Number()}, {k0}, "stack expects tensors, but got a number at entry 0"},
      {"stack",
       {F32({2})},
       {k5},
       "Dimension out of range (expected to be in range of [-2, 1], but got 5)"},
      {"repeat",
       {F32({2, 3})},
       {Dims{2}},
       "Number of dimensions of repeat dims can not be smaller than number of dimensions of "
       "tensor"},
      {"repeat",
       {F32({2, 3})},
       {Dims{1, -1}},
       "Trying to create tensor with negative dimension -3: [2, -3]"},
      {"repeat", {F32({2, 3})}, {Dims{kMax, 1}}, "repeat(): the result is too large"},
  });
}

TEST(RearrangingErrors, OfIndexOps) {
  Expect({
      {"gather",
       {F32({2, 3}), Int({2})},
       {k0},
       "Index tensor must have the same number of dimensions as input tensor"},
      {"gather",
       {F32({2, 3}), Int({2, 4})},
       {k0},
       "Size does not match at dimension 1 expected index [2, 4] to be no larger than self [2, 3] "
       "apart from dimension 0"},
      {"gather", {F32({2}), F32({2})}, {k0}, "gather(): Expected dtype int32/int64 for index"},
      {"scatter",
       {F32({2}), Int({2}), Of(DType::kFloat64, {2})},
       {k0},
       "scatter(): Expected self.dtype to be equal to src.dtype"},
      {"scatter_add",
       {F32({2, 3}), Int({2, 3}), F32({2, 2})},
       {k0},
       "Expected index [2, 3] to be no larger than self [2, 3] apart from dimension 0 and to be no "
       "larger size than src [2, 2]"},
      {"scatter_add",
       {F32({2}), F32({2}), F32({2})},
       {k0},
       "scatter(): Expected dtype int32/int64 for index"},
      {"index",
       {F32({2, 3}), Int({2}), Int({3})},
       {Dims{0, 1}},
       "shape mismatch: indexing tensors could not be broadcast together with shapes [2], [3]"},
      {"index", {F32({2}), Int({2})}, {Dims{1}}, "too many indices for tensor of dimension 1"},
      {"index",
       {F32({2}), F32({2})},
       {Dims{0}},
       "tensors used as indices must be long, int, byte or bool tensors"},
      {"index",
       {F32({2, 3}), Int({2}), Int({2})},
       {Dims{1, 0}},
       "indexed dimensions have to be ascending, but got [1, 0]"},
      {"index", {F32({2})}, {Dims{}}, "at least one index tensor has to be given"},
      {"index_put",
       {F32({2, 3}), F32({2}), Int({1})},
       {Dims{0}, false},
       "shape mismatch: value tensor of shape [2] cannot be broadcast to indexing result of shape "
       "[1, 3]"},
      {"masked_select", {F32({2}), F32({2})}, {}, "masked_select: expected BoolTensor for mask"},
      {"embedding", {F32({2}), Int({1})}, {int64_t{-1}}, "'weight' must be 2-D"},
      {"embedding",
       {F32({2, 3}), F32({1})},
       {int64_t{-1}},
       "Expected tensor for argument #1 'indices' to have one of the following scalar types: Long, "
       "Int; but got torch.FloatTensor instead (while checking arguments for embedding)"},
  });
}

// A list has a length, which a call must not make as long as it likes.
TEST(RearrangingErrors, OfVeryLongLists) {
  const TensorSpec one = F32({1});
  const std::vector<const TensorSpec*> longest(kMaxCallInputs, &one);
  Specs outputs;
  EXPECT_TRUE(InferSpecs(*FindOp("cat"), longest, {k0}, outputs).ok());
  EXPECT_EQ(outputs[0].shape, Dims{static_cast<int64_t>(kMaxCallInputs)});
  const std::vector<const TensorSpec*> too_long(kMaxCallInputs + 1, &one);
  const absl::Status status = InferSpecs(*FindOp("cat"), too_long, {k0}, outputs);
  EXPECT_EQ(ErrorReason(status), "INPUT_COUNT") << status;
}

}  // namespace
}  // namespace gradd
