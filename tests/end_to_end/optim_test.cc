// Optimizers and gradient clipping from a client's line to the server's state.
#include <cmath>
#include <functional>
#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/cpp/gradd.h"
#include "client/cpp/nn/clip_grad.h"
#include "tests/support/running_server.h"

namespace gradd {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

class OptimTest : public ::testing::Test {
 protected:
  OptimTest() : connection_(Options()) { Connection::SetDefault(connection_); }
  ~OptimTest() override { Connection::ClearDefault(); }

  static Tensor Leaf(const TensorLiteral& numbers) {
    Tensor leaf = tensor(numbers, TensorOptions().dtype(kFloat64));
    leaf.requires_grad_();
    return leaf;
  }
  // One step down x^2 / 2, whose gradient is x.
  template <class Optimizer>
  static void Descend(Optimizer& optimizer, const Tensor& x) {
    optimizer.zero_grad();
    (x * x).sum().backward();
    x.grad().mul_(0.5);
    optimizer.step();
  }
  static double Last(const Tensor& x) { return x.to_vector<double>().back(); }

  // What a line throws.
  static Error Thrown(const std::function<void()>& line) {
    try {
      line();
    } catch (const Error& error) {
      return error;
    }
    ADD_FAILURE() << "nothing was thrown";
    return Error(absl::StatusCode::kUnknown, "", "", "", "");
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

// The first step of each, whose size follows from its definition.
TEST_F(OptimTest, EveryOptimizerTakesItsOptions) {
  const Tensor a = Leaf({1, 4}), b = Leaf({1, 4}), c = Leaf({1, 4}), d = Leaf({1, 4});
  optim::SGD sgd({a}, {.lr = 0.5, .momentum = 0.5, .nesterov = true});
  optim::Adam adam({b}, {.lr = 0.25, .betas = {0.5, 0.75}, .eps = 0});
  optim::AdamW adamw({c}, {.lr = 0.25, .eps = 0, .weight_decay = 0.5});
  optim::RMSprop rmsprop({d}, {.lr = 0.25, .alpha = 0.75, .eps = 0});
  Descend(sgd, a);
  Descend(adam, b);
  Descend(adamw, c);
  Descend(rmsprop, d);
  EXPECT_DOUBLE_EQ(Last(a), 4 - 0.5 * (4 + 0.5 * 4));
  EXPECT_DOUBLE_EQ(Last(b), 4 - 0.25);
  EXPECT_DOUBLE_EQ(Last(c), 4 * (1 - 0.125) - 0.25);
  EXPECT_DOUBLE_EQ(Last(d), 4 - 0.25 / std::sqrt(0.25));
}

// tests/core/ops/optim/options_test.cc compares these with PyTorch's.
TEST_F(OptimTest, DefaultsAreThoseOfTheTable) {
  const Tensor a = Leaf({1});
  const auto options = [](const optim::Optimizer& o) { return o.param_groups()[0].options; };
  const auto defaults = [](const char* name) {
    const OptimizerKind& kind = *FindOptimizerKind(name);
    return NamesOf(kind, DefaultsOf(kind));
  };
  EXPECT_EQ(options(optim::SGD({a})), defaults("sgd"));
  EXPECT_EQ(options(optim::Adam({a})), defaults("adam"));
  EXPECT_EQ(options(optim::AdamW({a})), defaults("adamw"));
  EXPECT_EQ(options(optim::RMSprop({a})), defaults("rmsprop"));
}

TEST_F(OptimTest, GroupsHaveTheirOwnOptions) {
  const Tensor a = Leaf({1}), b = Leaf({1}), c = Leaf({1});
  optim::SGD sgd({optim::ParamGroup{{a}}, optim::ParamGroup{{b}, {{"lr", 0.25}}}}, {.lr = 0.5});
  const auto step = [&] {
    for (const Tensor& x : {a, b, c}) x.set_grad(ones({1}, TensorOptions().dtype(kFloat64)));
    sgd.step();
  };
  step();
  EXPECT_EQ(Last(a), 0.5);
  EXPECT_EQ(Last(b), 0.75);
  sgd.add_param_group({{c}, {{"lr", 1}}});
  sgd.set_lr(1, 0);
  step();
  EXPECT_EQ(Last(a), 0);
  EXPECT_EQ(Last(b), 0.75);
  EXPECT_EQ(Last(c), 0);
  sgd.set_lr(0.125);
  sgd.set_options(2, {{"maximize", 1}});
  EXPECT_EQ(sgd.param_groups()[1].options.at("lr"), 0.125);
  step();
  EXPECT_EQ(Last(a), -0.125);
  EXPECT_EQ(Last(c), 0.125);
}

TEST_F(OptimTest, GradientsAreZeroedByOneCommand) {
  const Tensor a = Leaf({1}), b = Leaf({1});
  optim::SGD sgd({a, b}, 1);
  const auto backward = [&] { (a * b).sum().backward(); };
  backward();
  sgd.zero_grad(false);
  EXPECT_EQ(Last(a.grad()), 0);
  EXPECT_EQ(Last(b.grad()), 0);
  sgd.zero_grad();
  EXPECT_FALSE(a.grad().defined());
  backward();
  sgd.step_and_zero_grad();
  EXPECT_FALSE(b.grad().defined());
  EXPECT_EQ(Last(b), 0);
}

TEST_F(OptimTest, TheStateCanBeTakenToAnotherOptimizer) {
  const Tensor a = Leaf({1, 2}), b = Leaf({1, 2});
  optim::Adam first({a}, 0.1);
  EXPECT_EQ(first.state(a).step, 0);
  Descend(first, a);
  Descend(first, a);
  const optim::ParamState state = first.state(a);
  EXPECT_EQ(state.step, 2);
  ASSERT_EQ(state.tensors.size(), 2);
  EXPECT_EQ(state.tensors.at("exp_avg").shape(), Dims({2}));
  auto second = std::make_unique<optim::Adam>(std::vector<Tensor>{b}, 0.1);
  second->load_state(b, state);
  {
    const NoGradGuard no_grad;
    b.copy_(a);
  }
  Descend(first, a);
  Descend(*second, b);
  EXPECT_EQ(b.to_vector<double>(), a.to_vector<double>());
  EXPECT_EQ(second->state(b).step, 3);
  const double last = Last(state.tensors.at("exp_avg"));
  second.reset();
  EXPECT_EQ(Last(state.tensors.at("exp_avg")), last);
}

TEST_F(OptimTest, NormsAreClippedWithoutWaiting) {
  const Tensor a = Leaf({0, 0}), b = Leaf({0}), unused = Leaf({0});
  a.set_grad(tensor({3.0, 4.0}, TensorOptions().dtype(kFloat64)));
  b.set_grad(tensor({12.0}, TensorOptions().dtype(kFloat64)));
  const Tensor norm = nn::utils::clip_grad_norm_({a, b, unused}, 1);
  EXPECT_EQ(norm.dim(), 0);
  EXPECT_EQ(norm.dtype(), kFloat64);
  EXPECT_FALSE(norm.requires_grad());
  EXPECT_EQ(norm.item<double>(), 13);
  EXPECT_NEAR(Last(b.grad()), 12 / 13.0, 1e-6);
  EXPECT_EQ(nn::utils::clip_grad_norm_({unused}, 1).item<double>(), 0);
  EXPECT_EQ(nn::utils::clip_grad_norm_({}, 1).item<double>(), 0);
  nn::utils::clip_grad_value_({a, b, unused}, 0.25);
  EXPECT_EQ(Last(b.grad()), 0.25);
  EXPECT_NEAR(a.grad().to_vector<double>()[0], 3 / 13.0, 1e-6);
}

TEST_F(OptimTest, ErrorsAreThrownAtTheLine) {
  const Tensor a = Leaf({1}), b = Leaf({1});
  const auto message = [](const std::function<void()>& line) { return Thrown(line).message(); };
  EXPECT_EQ(message([&] { optim::Adam({a}, -0.5); }), "Invalid learning rate: -0.5");
  EXPECT_EQ(message([&] {
              optim::Adam({a}, {.betas = {1, 0.5}});
            }),
            "Invalid beta parameter at index 0: 1.0");
  EXPECT_EQ(message([&] { optim::RMSprop({a}, {.eps = -1e-8}); }), "Invalid epsilon value: -1e-08");
  EXPECT_EQ(message([&] { optim::SGD({a}, {.nesterov = true}); }),
            "Nesterov momentum requires a momentum and zero dampening");
  EXPECT_EQ(message([&] { optim::AdamW(std::vector<Tensor>()); }),
            "optimizer got an empty parameter list");
  EXPECT_EQ(message([&] { optim::Adam({a * 2}); }), "can't optimize a non-leaf Tensor");
  EXPECT_EQ(message([&] {
              optim::SGD({optim::ParamGroup{{a}}, optim::ParamGroup{{b, a}}});
            }),
            "some parameters appear in more than one parameter group");
  optim::SGD sgd({a}, 0.5);
  const int line = __LINE__ + 1;
  const Error error = Thrown([&] { sgd.set_lr(-1); });
  EXPECT_EQ(error.message(), "Invalid learning rate: -1.0");
  EXPECT_THAT(error.source(), EndsWith("optim_test.cc:" + std::to_string(line)));
  EXPECT_EQ(sgd.param_groups()[0].options.at("lr"), 0.5);
  EXPECT_EQ(message([&] {
              sgd.set_options(0, {{"speed", 1}});
            }),
            "the optimizer has no option 'speed'");
  EXPECT_EQ(message([&] { sgd.add_param_group({{a}}); }),
            "some parameters appear in more than one parameter group");
  EXPECT_THAT(message([&] { (void)sgd.state(b); }), HasSubstr("no parameter of the optimizer"));
  // The server refused nothing: the optimizer works.
  a.set_grad(ones({1}, TensorOptions().dtype(kFloat64)));
  sgd.step();
  EXPECT_EQ(Last(a), 0.5);
}

TEST_F(OptimTest, ANonfiniteNormNamesItsLine) {
  const Tensor a = Leaf({1});
  a.set_grad(tensor({INFINITY}, TensorOptions().dtype(kFloat64)));
  const int line = __LINE__ + 1;
  const Tensor norm = nn::utils::clip_grad_norm_({a}, 1, 2, true);
  const Error error = Thrown([&] { (void)norm.item<double>(); });
  EXPECT_THAT(error.what(), HasSubstr("The total norm of order 2.0 for gradients from"));
  EXPECT_THAT(error.source(), EndsWith("optim_test.cc:" + std::to_string(line)));
  EXPECT_EQ(Last(a.grad()), INFINITY);
}

}  // namespace
}  // namespace gradd
