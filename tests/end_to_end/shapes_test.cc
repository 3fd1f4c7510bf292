// The client's functions of shape, its indexing and its factories, on a real server: values, nodes
// and texts as PyTorch's.
#include <functional>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/cpp/gradd.h"
#include "tests/support/running_server.h"

namespace gradd {
namespace {

using ::testing::ElementsAre;
using ::testing::StartsWith;

class ShapesTest : public ::testing::Test {
 protected:
  ShapesTest() : connection_(Options()) { Connection::SetDefault(connection_); }
  ~ShapesTest() override { Connection::ClearDefault(); }

  // 0, 1, … in this shape, as the result of an op, so that it can be written to.
  static Tensor Counted(Dims shape) {
    return arange(ElementCount(shape), kFloat32).view(shape).clone().requires_grad_().mul(1);
  }

 private:
  ConnectionOptions Options() {
    ConnectionOptions options;
    options.target = server_.target();
    return options;
  }

  testing::RunningServer server_;
  const Connection connection_;
};

std::string NodeOf(const Tensor& tensor) { return tensor.grad_fn().name(); }

std::string ErrorOf(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.message();
  }
  return "no error";
}

TEST_F(ShapesTest, ReshapeIsAViewWhereItCanBe) {
  const Tensor x = Counted({2, 3});
  EXPECT_EQ(NodeOf(x.reshape({3, -1})), "ViewBackward0");
  EXPECT_TRUE(x.reshape({6}).base().defined());
  const Tensor copy = x.t().reshape({6});
  EXPECT_EQ(NodeOf(copy), "UnsafeViewBackward0");
  EXPECT_FALSE(copy.base().defined());
  EXPECT_THAT(copy.to_vector<float>(), ElementsAre(0, 3, 1, 4, 2, 5));
  EXPECT_EQ(ErrorOf([&] { (void)x.reshape({4}); }), "shape '[4]' is invalid for input of size 6");
}

TEST_F(ShapesTest, FlattenAndBack) {
  const Tensor x = Counted({2, 3, 4});
  EXPECT_EQ(x.flatten().shape(), Dims({24}));
  EXPECT_EQ(x.flatten(1).shape(), Dims({2, 12}));
  EXPECT_EQ(x.flatten(0, -2).shape(), Dims({6, 4}));
  EXPECT_EQ(x.flatten(1, 1).shape(), x.shape());
  EXPECT_EQ(x.sum().flatten().shape(), Dims({1}));
  EXPECT_EQ(x.unflatten(-1, {2, -1}).shape(), Dims({2, 3, 2, 2}));
  EXPECT_EQ(x.transpose(0, 2).ravel().shape(), Dims({24}));
  EXPECT_EQ(ErrorOf([&] { (void)x.flatten(2, 1); }),
            "flatten() has invalid args: start_dim cannot come after end_dim");
  EXPECT_EQ(ErrorOf([&] {
              (void)x.unflatten(0, {3, 3});
            }),
            "unflatten: Provided sizes [3, 3] don't multiply up to the size of dim 0 (2) in the "
            "input tensor");
}

TEST_F(ShapesTest, DimensionsMove) {
  const Tensor x = Counted({2, 3, 4});
  EXPECT_EQ(x.permute({2, 0, 1}).shape(), Dims({4, 2, 3}));
  EXPECT_EQ(x.movedim(0, 2).shape(), Dims({3, 4, 2}));
  EXPECT_EQ(x.movedim({0, 1}, {-1, 0}).shape(), Dims({3, 4, 2}));
  EXPECT_EQ(NodeOf(x.movedim(0, 2)), "PermuteBackward0");
  EXPECT_EQ(NodeOf(x.swapaxes(0, 1)), "TransposeBackward0");
  EXPECT_EQ(x.unsqueeze(-1).shape(), Dims({2, 3, 4, 1}));
  EXPECT_EQ(x.unsqueeze(0).squeeze().shape(), x.shape());
  EXPECT_EQ(x.unsqueeze(0).unsqueeze(0).squeeze(0).shape(), Dims({1, 2, 3, 4}));
  EXPECT_EQ((x.unsqueeze(0).unsqueeze(0).squeeze({0, 1}).shape()), x.shape());
  EXPECT_EQ(NodeOf(x[0].t()), "TBackward0");
  EXPECT_EQ((x[Slice{0, 1}].expand_as(x).shape()), x.shape());
  EXPECT_EQ(x.view_as(x.flatten()).shape(), Dims({24}));
  EXPECT_EQ(x.diagonal(1).shape(), Dims({4, 2}));
  EXPECT_EQ(ErrorOf([&] {
              (void)x.movedim({0, 0}, {1, 2});
            }),
            "movedim: repeated dim in `source` ([0, 0])");
}

TEST_F(ShapesTest, PartsOfADimension) {
  const Tensor x = Counted({5, 2});
  const std::vector<Tensor> parts = x.split(2);
  ASSERT_EQ(parts.size(), 3u);
  EXPECT_THAT(parts[2].to_vector<float>(), ElementsAre(8, 9));
  EXPECT_EQ(split(Counted({0, 2}), 0).size(), 1u);
  EXPECT_EQ(x.split_with_sizes({1, 4})[1].shape(), Dims({4, 2}));
  EXPECT_EQ(x.chunk(4).size(), 3u);
  EXPECT_EQ(Counted({0}).chunk(3).size(), 3u);
  EXPECT_THAT(x.unbind(1)[1].to_vector<float>(), ElementsAre(1, 3, 5, 7, 9));
  EXPECT_EQ(NodeOf(x.narrow(0, -2, 2)), "SliceBackward0");
  EXPECT_THAT(x.narrow(0, -2, 2).to_vector<float>(), ElementsAre(6, 7, 8, 9));
  EXPECT_EQ(ErrorOf([&] { (void)x.narrow(0, 3, 3); }),
            "start (3) + length (3) exceeds dimension size (5).");
  EXPECT_EQ(ErrorOf([&] {
              (void)x.split_with_sizes({1, 5});
            }),
            "split_with_sizes expects split_sizes to sum exactly to 5 (input tensor's size at "
            "dimension 0), but got split_sizes=[1, 5]");
  EXPECT_EQ(ErrorOf([&] { (void)x.chunk(0); }),
            "chunk expects `chunks` to be greater than 0, got: 0");
  float sum = 0;
  for (const Tensor& row : x) sum = sum * 10 + row.sum().item<float>();
  EXPECT_EQ(sum, 1 * 10000 + 5 * 1000 + 9 * 100 + 13 * 10 + 17);
  EXPECT_EQ(ErrorOf([&] {
              for (const Tensor& row : x.sum()) (void)row;
            }),
            "iteration over a 0-d tensor");
}

TEST_F(ShapesTest, JoiningIsUndone) {
  const Tensor a = tensor({{1.0, 2.0}}, requires_grad());
  const Tensor b = tensor({{3.0, 4.0}, {5.0, 6.0}}, requires_grad());
  const Tensor joined = cat({a, b});
  EXPECT_EQ(NodeOf(joined), "CatBackward0");
  EXPECT_THAT(joined.to_vector<float>(), ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_EQ(NodeOf(stack({a, a}, 1)), "StackBackward0");
  EXPECT_EQ(stack({a, a}, 1).shape(), Dims({1, 2, 2}));
  EXPECT_EQ(NodeOf(a.tile(2)), "RepeatBackward0");
  EXPECT_THAT(a.tile(2).to_vector<float>(), ElementsAre(1, 2, 1, 2));
  (joined * tensor({{1.0}, {10.0}, {100.0}})).sum().backward();
  EXPECT_THAT(a.grad().to_vector<float>(), ElementsAre(1, 1));
  EXPECT_THAT(b.grad().to_vector<float>(), ElementsAre(10, 10, 100, 100));
  EXPECT_EQ(ErrorOf([] { (void)cat({}); }), "torch.cat(): expected a non-empty list of Tensors");
  EXPECT_THAT(ErrorOf([&] {
                (void)cat({a, b}, 1);
              }),
              StartsWith("Sizes of tensors must match except in dimension 1."));
}

TEST_F(ShapesTest, BasicIndices) {
  const Tensor x = Counted({2, 3, 4});
  EXPECT_EQ((x.index({Ellipsis, 0}).shape()), Dims({2, 3}));
  EXPECT_EQ((x.index({0, Ellipsis, Slice{1, 3}}).shape()), Dims({3, 2}));
  EXPECT_EQ((x.index({None, 1, None}).shape()), Dims({1, 1, 3, 4}));
  EXPECT_EQ(x[-1][0][0].item<float>(), 12);
  EXPECT_EQ(ErrorOf([&] { (void)x[2]; }), "index 2 is out of bounds for dimension 0 with size 2");
  EXPECT_EQ(ErrorOf([&] {
              (void)x.index({0, 0, 0, 0});
            }),
            "too many indices for tensor of dimension 3");
}

TEST_F(ShapesTest, TensorsAsIndices) {
  const Tensor x = Counted({3, 4});
  const Tensor rows = tensor({2, 0, -1});
  EXPECT_THAT(x.index({rows, 1}).to_vector<float>(), ElementsAre(9, 1, 9));
  EXPECT_THAT((x.index({rows, tensor({0, 1, 2})}).to_vector<float>()), ElementsAre(8, 1, 10));
  EXPECT_EQ(NodeOf(x[rows]), "IndexBackward0");
  EXPECT_THAT(x[x > 8.5].to_vector<float>(), ElementsAre(9, 10, 11));
  const Tensor last = tensor({false, false, true});
  EXPECT_EQ((x.index({last, Slice{1, 3}}).shape()), Dims({1, 2}));
  EXPECT_THAT(x.masked_select(x < 1.5).to_vector<float>(), ElementsAre(0, 1));
  EXPECT_EQ(NodeOf(x.masked_select(x < 1.5)), "MaskedSelectBackward0");
  EXPECT_EQ(ErrorOf([&] { (void)x[tensor({true})]; }),
            "The shape of the mask [1] at index 0 does not match the shape of the indexed tensor "
            "[3, 4] at index 0");
  EXPECT_EQ(ErrorOf([&] { (void)x[tensor({0.5})]; }),
            "tensors used as indices must be long, int, byte or bool tensors");
  EXPECT_THAT(ErrorOf([&] { (void)x[tensor({7})].to_vector<float>(); }),
              StartsWith("index out of range in self"));
}

TEST_F(ShapesTest, WritingThroughIndices) {
  const Tensor a = tensor({{1.0, 2.0, 3.0}, {4.0, 5.0, 6.0}}, requires_grad());
  const Tensor x = a * 1;
  x.index_put_({0, Slice{1, 3}}, 7);
  x.index_put_({tensor({1}), tensor({0})}, tensor({8.0}));
  x.index_put_({x > 7.5}, -1);
  EXPECT_THAT(x.to_vector<float>(), ElementsAre(1, 7, 7, -1, 5, 6));
  x.sum().backward();
  EXPECT_THAT(a.grad().to_vector<float>(), ElementsAre(1, 0, 0, 0, 1, 1));
  const Tensor counts = zeros({3});
  counts.index_put_({tensor({0, 2, 0})}, ones({3}), /*accumulate=*/true);
  EXPECT_THAT(counts.to_vector<float>(), ElementsAre(2, 0, 1));
  EXPECT_THAT(zeros({3}).scatter_(0, tensor({1}), 5).to_vector<float>(), ElementsAre(0, 5, 0));
  EXPECT_THAT(zeros({3}).index_select(0, tensor({1})).to_vector<float>(), ElementsAre(0));
  EXPECT_THAT(one_hot(tensor({1, 0})).to_vector<int64_t>(), ElementsAre(0, 1, 1, 0));
}

TEST_F(ShapesTest, NewTensors) {
  EXPECT_THAT(arange(3).to_vector<int64_t>(), ElementsAre(0, 1, 2));
  EXPECT_EQ(arange(3).dtype(), kInt64);
  EXPECT_EQ(arange(3.0).dtype(), kFloat32);
  EXPECT_THAT(arange(1, 2, 0.5).to_vector<float>(), ElementsAre(1, 1.5));
  EXPECT_THAT(arange(1, 4, kFloat64).to_vector<double>(), ElementsAre(1, 2, 3));
  EXPECT_THAT(linspace(0, 1, 3, requires_grad()).to_vector<float>(), ElementsAre(0, 0.5, 1));
  EXPECT_TRUE(linspace(0, 1, 3, requires_grad()).requires_grad());
  EXPECT_THAT(eye(2).to_vector<float>(), ElementsAre(1, 0, 0, 1));
  EXPECT_THAT(empty({2}).to_vector<float>(), ElementsAre(0, 0));
  EXPECT_EQ(empty_like(arange(3)).dtype(), kInt64);
  EXPECT_THAT(tril(ones({2, 2})).to_vector<float>(), ElementsAre(1, 0, 1, 1));
}

TEST_F(ShapesTest, RandomTensors) {
  const std::vector<int64_t> order = randperm(50).to_vector<int64_t>();
  EXPECT_EQ(std::set<int64_t>(order.begin(), order.end()).size(), 50u);
  for (const int64_t i : randint(3, {40}).to_vector<int64_t>()) EXPECT_LT(i, 3);
  for (const int64_t i : randint(-2, 0, {40}).to_vector<int64_t>()) EXPECT_LT(i, 0);
  const Tensor x = zeros({200});
  x.uniform_(2, 3);
  for (const float number : x.to_vector<float>()) EXPECT_GE(number, 2);
  EXPECT_GT(normal(50, 1, {200}).min().item<float>(), 40);
  EXPECT_EQ(bernoulli(ones({3})).sum().item<float>(), 3);
  EXPECT_EQ(x.bernoulli_(0).sum().item<float>(), 0);
  const Tensor a = ones({200}, requires_grad());
  const Tensor dropped = dropout(a, 0.5);
  EXPECT_EQ(NodeOf(dropped), "MulBackward0");
  dropped.sum().backward();
  EXPECT_EQ(a.grad().to_vector<float>(), dropped.to_vector<float>());
  EXPECT_FALSE(dropout(a, 0.5, false).grad_fn());
  EXPECT_EQ(ErrorOf([&] { (void)dropout(a, 2); }),
            "dropout probability has to be between 0 and 1, but got 2");
}

}  // namespace
}  // namespace gradd
