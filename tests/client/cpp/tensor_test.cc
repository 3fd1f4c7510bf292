// What a tensor knows without asking anybody.
#include "client/cpp/tensor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/cpp/gradd.h"
#include "tests/client/fake_service.h"

namespace gradd {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class TensorTest : public ::testing::Test {
 protected:
  Tensor Ones(const DimsArg& shape, bool requires_grad = false) {
    return ones(shape, on(connection_).requires_grad(requires_grad));
  }
  template <class F>
  static std::string Text(F&& f) {
    try {
      f();
    } catch (const Error& error) {
      return error.message();
    }
    return "nothing was thrown";
  }

  FakeService service_;
  Connection connection_{service_.Options()};
};

TEST_F(TensorTest, SpecsAreKnownAtOnce) {
  service_.Hold(true);
  const Tensor x = Ones({2, 3});
  EXPECT_EQ((x * 2.5).shape(), Dims({2, 3}));
  EXPECT_EQ((x * 2.5).dtype(), kFloat32);
  EXPECT_EQ((x + Ones({3})).shape(), Dims({2, 3}));
  EXPECT_EQ(x.matmul(Ones({3, 4})).shape(), Dims({2, 4}));
  EXPECT_EQ(x.sum({0}, true).shape(), Dims({1, 3}));
  EXPECT_EQ(x.sum(1).shape(), Dims({2}));
  EXPECT_EQ(x.t().strides(), Dims({1, 3}));
  EXPECT_EQ(x.view({3, -1}).shape(), Dims({3, 2}));
  EXPECT_EQ(x.t().reshape({6}).shape(), Dims({6}));
  EXPECT_EQ(x[1].shape(), Dims({3}));
  EXPECT_EQ(x[1].storage_offset(), 3);
  EXPECT_EQ((x.index({0, Slice{1, 3}}).shape()), Dims({2}));
  EXPECT_EQ((x[Slice{0, 1}].shape()), Dims({1, 3}));
  EXPECT_EQ(x.expand({4, 2, 3}).strides(), Dims({0, 3, 1}));
  EXPECT_EQ(x.to(kFloat64).dtype(), kFloat64);
  EXPECT_EQ(x.to(kFloat32).value(), x.value());
  EXPECT_EQ(x.size(-1), 3);
  EXPECT_EQ(x.numel(), 6);
  service_.Hold(false);
}

TEST_F(TensorTest, SpecErrorsAreThrownAtTheLineAndNothingIsSent) {
  const Tensor x = Ones({2, 3});
  connection_.Synchronize();
  const size_t before = service_.commands().size();
  const int line = __LINE__ + 2;
  try {
    (void)(x + Ones({4}));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(error.reason(), "SHAPE_MISMATCH");
    EXPECT_EQ(error.op(), "add");
    EXPECT_EQ(error.source(), "tensor_test.cc:" + std::to_string(line));
    EXPECT_THAT(error.what(), HasSubstr("must match the size of tensor b (4)"));
  }
  EXPECT_THAT(Text([&] { (void)x.matmul(x); }), HasSubstr("shapes cannot be multiplied"));
  EXPECT_THAT(Text([&] { (void)x.sum(5); }), StartsWith("Dimension out of range"));
  EXPECT_THAT(Text([&] { (void)x.view({5}); }), HasSubstr("is invalid for input of size 6"));
  EXPECT_THAT(Text([&] { (void)(x + Tensor()); }), HasSubstr("undefined tensor"));
  EXPECT_THAT(Text([&] { (void)Tensor().shape(); }), HasSubstr("undefined tensor"));
  EXPECT_THAT(Text([&] { (void)Tensor().sin(); }), HasSubstr("expected a tensor"));
  connection_.Synchronize();
  const std::vector<v1::Command> commands = service_.commands();
  for (size_t i = before; i < commands.size(); ++i) {
    for (const v1::OpCall& call : commands[i].forward().calls()) {
      EXPECT_EQ(service_.Text(call.op_id()), "full");
    }
  }
}

TEST_F(TensorTest, RequiresGradFollowsTheRules) {
  const Tensor x = Ones({2}, true);
  EXPECT_TRUE(x.requires_grad());
  EXPECT_TRUE(x.is_leaf());
  const Tensor y = x * 2;
  EXPECT_TRUE(y.requires_grad());
  EXPECT_FALSE(y.is_leaf());
  EXPECT_TRUE((Ones({2}) * 2).is_leaf());
  EXPECT_FALSE(y.detach().requires_grad());
  EXPECT_FALSE(y.to(kInt64).requires_grad());
  {
    const NoGradGuard guard;
    EXPECT_FALSE((x * 2).requires_grad());
    const EnableGradGuard enabled;
    EXPECT_TRUE((x * 2).requires_grad());
  }
  EXPECT_THAT(Text([&] { y.requires_grad_(false); }),
              StartsWith("you can only change requires_grad flags of leaf variables. If you want"));
  EXPECT_EQ(Text([&] {
              tensor({1, 2}, on(connection_)).requires_grad_();
            }),
            "only Tensors of floating point and complex dtype can require gradients");
  EXPECT_EQ(Text([&] { Ones({2}).retain_grad(); }),
            "can't retain_grad on Tensor that has requires_grad=False");
  x.requires_grad_(false);
  EXPECT_FALSE((x * 2).requires_grad());
}

TEST_F(TensorTest, LeavesAreNotChangedInPlace) {
  const Tensor leaf = Ones({2}, true);
  constexpr char kText[] =
      "a leaf Variable that requires grad is being used in an in-place operation.";
  EXPECT_EQ(Text([&] { leaf.sin_(); }), kText);
  EXPECT_EQ(Text([&] { leaf.zero_(); }), kText);
  EXPECT_EQ(Text([&] { leaf += 1; }), kText);
  EXPECT_EQ(Text([&] {
              leaf.view({2, 1}).mul_(2);
            }),
            "a view of a leaf Variable that requires grad is being used in an in-place operation.");
  const NoGradGuard guard;
  EXPECT_NO_THROW(leaf.mul_(2));
  EXPECT_TRUE(leaf.is_leaf());
  EXPECT_TRUE(leaf.requires_grad());
}

TEST_F(TensorTest, AnInPlaceOpMakesItsTargetAndViewsOfItPartOfTheGraph) {
  const Tensor w = Ones({2}, true);
  const Tensor base = Ones({2, 2});
  const Tensor row = base[0];
  const Tensor other = base[1];
  const Tensor apart = base.detach();
  EXPECT_EQ(row.base().value(), base.value());
  EXPECT_FALSE(other.requires_grad());
  row.mul_(w);
  EXPECT_TRUE(row.requires_grad());
  EXPECT_TRUE(base.requires_grad());
  EXPECT_TRUE(other.requires_grad());
  EXPECT_FALSE(base.is_leaf());
  EXPECT_FALSE(apart.requires_grad());
  EXPECT_FALSE(apart.base().defined());
}

TEST_F(TensorTest, AnInPlaceResultHasToFit) {
  const Tensor x = Ones({2});
  EXPECT_EQ(Text([&] {
              x.add_(Ones({3, 2}));
            }),
            "output with shape [2] doesn't match the broadcast shape [3, 2]");
  EXPECT_EQ(Text([&] {
              tensor({1, 2}, on(connection_)).add_(x);
            }),
            "result type Float can't be cast to the desired output type Long");
  EXPECT_THAT(Text([&] { Ones({1}).expand({3}).add_(1); }),
              StartsWith("unsupported operation: more than one element of the written-to tensor"));
  EXPECT_NO_THROW(x.add_(ones({2}, on(connection_).dtype(kFloat64))));
  EXPECT_EQ(x.dtype(), kFloat32);
}

TEST_F(TensorTest, BackwardChecksItsRoots) {
  const Tensor x = Ones({2, 2}, true);
  EXPECT_EQ(Text([&] { (x * 2).backward(); }),
            "grad can be implicitly created only for scalar outputs");
  EXPECT_EQ(Text([&] { Ones({}).backward(); }),
            "element 0 of tensors does not require grad and does not have a grad_fn");
  EXPECT_EQ(Text([&] { (x * 2).backward(Ones({2})); }),
            "Mismatch in shape: grad_output[0] has a shape of torch.Size([2]) and output[0] has a "
            "shape of torch.Size([2, 2]).");
  EXPECT_EQ(Text([&] { (void)grad({x.sum()}, {Ones({2})}); }),
            "One of the differentiated Tensors does not require grad");
  EXPECT_EQ(Text([&] {
              (void)grad({x.sum()}, {x}, {Ones({}), Ones({})});
            }),
            "got 1 tensors and 2 gradients");
  EXPECT_NO_THROW((x * 2).backward(Ones({2, 2})));
  const std::vector<Tensor> gradients = grad({x.sum()}, {x});
  EXPECT_EQ(gradients[0].shape(), Dims({2, 2}));
  EXPECT_FALSE(gradients[0].requires_grad());
}

TEST_F(TensorTest, UnusedInputsHaveUndefinedGradients) {
  service_.SetOnCommand([](const v1::Command& command, v1::Result& result) {
    if (!command.has_grad()) return;
    result.mutable_grad()->add_defined(true);
    result.mutable_grad()->add_defined(false);
  });
  const Tensor x = Ones({2}, true);
  const Tensor y = Ones({2}, true);
  const std::vector<Tensor> gradients = grad({x.sum()}, {x, y}, {}, {.allow_unused = true});
  EXPECT_TRUE(gradients[0].defined());
  EXPECT_FALSE(gradients[1].defined());
}

TEST_F(TensorTest, TheGraphIsAskedForOnceUntilItChanges) {
  int asked = 0;
  service_.SetOnCommand([&](const v1::Command& command, v1::Result& result) {
    if (!command.has_describe_graph()) return;
    ++asked;
    v1::GraphNode& root = *result.mutable_describe_graph()->add_nodes();
    root.set_id(5);
    root.set_name("MulBackward0");
    root.add_next()->set_node(6);
    root.add_next();
    v1::GraphNode& leaf = *result.mutable_describe_graph()->add_nodes();
    leaf.set_id(6);
    leaf.set_name("AccumulateGrad");
  });
  const Tensor x = Ones({2}, true);
  EXPECT_FALSE(x.grad_fn());
  const Tensor y = 2 * x;
  EXPECT_EQ(y.grad_fn().name(), "MulBackward0");
  const std::vector<Node::Edge> edges = y.grad_fn().next_functions();
  ASSERT_EQ(edges.size(), 2u);
  EXPECT_EQ(edges[0].node.name(), "AccumulateGrad");
  EXPECT_FALSE(edges[1].node);
  EXPECT_EQ(y.grad_fn(), y.grad_fn());
  EXPECT_EQ(asked, 1);
  y.sum().backward();
  (void)y.grad_fn();
  EXPECT_EQ(asked, 2);
}

}  // namespace
}  // namespace gradd
