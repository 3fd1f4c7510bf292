// Modules over a running server; printed forms and error texts are PyTorch's.
#include "client/cpp/nn/nn.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/cpp/gradd.h"
#include "tests/support/running_server.h"

namespace gradd {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::FloatNear;
using ::testing::Pointwise;

class NnTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    server_ = new testing::RunningServer;
    ConnectionOptions options;
    options.target = server_->target();
    options.seed = 5;
    Connection::SetDefault(Connection(options));
  }
  static void TearDownTestSuite() {
    Connection::ClearDefault();
    delete server_;
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
  static std::vector<std::string> Names(const std::vector<nn::NamedTensor>& tensors) {
    std::vector<std::string> names;
    for (const nn::NamedTensor& tensor : tensors) names.push_back(tensor.name);
    return names;
  }

 private:
  static testing::RunningServer* server_;
};
testing::RunningServer* NnTest::server_ = nullptr;

struct Net : nn::Layer {
  Net() {
    body = register_module("body",
                           std::make_shared<nn::Sequential>(std::make_shared<nn::Linear>(4, 8),
                                                            std::make_shared<nn::Tanh>(),
                                                            std::make_shared<nn::Dropout>(0.25)));
    scale = register_parameter("scale", ones({1}));
    offset = register_buffer("offset", zeros({2}));
    head = register_module("head", std::make_shared<nn::Linear>(8, 2, false));
  }
  Tensor forward(const Tensor& x, SourceLine) override {
    return head->forward(body->forward(x)) * scale + offset;
  }

  std::shared_ptr<nn::Sequential> body;
  std::shared_ptr<nn::Linear> head;
  Tensor scale, offset;
};

TEST_F(NnTest, ParametersHaveDottedNamesInTheOrderOfRegistration) {
  const Net net;
  EXPECT_THAT(Names(net.named_parameters()),
              ElementsAre("scale", "body.0.weight", "body.0.bias", "head.weight"));
  EXPECT_THAT(Names(net.named_buffers()), ElementsAre("offset"));
  EXPECT_EQ(net.parameters().size(), 4u);
  for (const Tensor& parameter : net.parameters()) {
    EXPECT_TRUE(parameter.requires_grad());
    EXPECT_TRUE(parameter.is_leaf());
  }
  EXPECT_FALSE(net.offset.requires_grad());
  EXPECT_EQ(net.head->weight().shape(), Dims({2, 8}));
  EXPECT_FALSE(net.head->bias().defined());
}

TEST_F(NnTest, WhatIsSharedComesOnce) {
  const auto shared = std::make_shared<nn::Linear>(2, 2);
  nn::Sequential twice(shared, shared);
  EXPECT_THAT(Names(twice.named_parameters()), ElementsAre("0.weight", "0.bias"));
  EXPECT_EQ(twice.modules().size(), 2u);
}

TEST_F(NnTest, NamesAreChecked) {
  struct Open : nn::Module {
    using nn::Module::register_module;
    using nn::Module::register_parameter;
  } module;
  EXPECT_EQ(Text([&] { module.register_parameter("a.b", ones({1})); }),
            "parameter name can't contain \".\", got: a.b");
  EXPECT_EQ(Text([&] { module.register_parameter("", ones({1})); }),
            "parameter name can't be empty string \"\"");
  EXPECT_EQ(Text([&] { module.register_module("a.b", std::make_shared<nn::ReLU>()); }),
            "module name can't contain \".\", got: a.b");
  module.register_parameter("x", ones({1}));
  EXPECT_EQ(Text([&] { module.register_module("x", std::make_shared<nn::ReLU>()); }),
            "attribute 'x' already exists");
  EXPECT_EQ(Text([&] { module.register_parameter("y", ones({1}, requires_grad()) * 2); }),
            "Cannot assign non-leaf Tensor to parameter 'y'. Model parameters must be created "
            "explicitly.");
  EXPECT_THAT(Names(module.named_parameters()), ElementsAre("x"));
}

TEST_F(NnTest, LinearBeginsUniform) {
  const nn::Linear linear(400, 500);
  const std::vector<double> weight = linear.weight().to_vector<double>();
  double least = 1, most = -1, sum = 0, squares = 0;
  for (const double w : weight) {
    least = std::min(least, w);
    most = std::max(most, w);
    sum += w;
    squares += w * w;
  }
  const auto count = static_cast<double>(weight.size());
  EXPECT_EQ(count, 200'000);
  // U(-b, b) with b = 1 / sqrt(400): mean 0, variance b^2 / 3.
  EXPECT_GE(least, -0.05);
  EXPECT_LT(most, 0.05);
  EXPECT_LT(least, -0.0499);
  EXPECT_GT(most, 0.0499);
  EXPECT_NEAR(sum / count, 0, 5 * 0.05 / std::sqrt(3 * count));
  EXPECT_NEAR(squares / count, 0.05 * 0.05 / 3, 1e-5);
  for (const double b : linear.bias().to_vector<double>()) EXPECT_LE(std::abs(b), 0.05);
}

TEST_F(NnTest, EmbeddingBeginsNormalAndPicksRows) {
  nn::Embedding embedding(1000, 50);
  double sum = 0, squares = 0;
  for (const double w : embedding.weight().to_vector<double>()) {
    sum += w;
    squares += w * w;
  }
  EXPECT_NEAR(sum / 50'000, 0, 5 / std::sqrt(50'000.0));
  EXPECT_NEAR(squares / 50'000, 1, 5 * std::sqrt(2 / 50'000.0));
  const Tensor picked = embedding(tensor({{3, 999}, {0, 3}}));
  EXPECT_EQ(picked.shape(), Dims({2, 2, 50}));
  EXPECT_EQ(picked[0][1].to_vector<float>(), embedding.weight()[999].to_vector<float>());
  EXPECT_EQ(picked[1][1].to_vector<float>(), embedding.weight()[3].to_vector<float>());
  picked.sum().backward();
  const Tensor counts = embedding.weight().grad().sum(1);
  EXPECT_EQ(counts[3].item<float>(), 100);
  EXPECT_EQ(counts[0].item<float>(), 50);
  EXPECT_EQ(counts[1].item<float>(), 0);

  nn::Embedding padded(4, 2, -1);
  EXPECT_EQ(padded.ToString(), "Embedding(4, 2, padding_idx=3)");
  EXPECT_THAT(padded.weight()[3].to_vector<float>(), ElementsAre(0, 0));
  padded(tensor({3, 1})).sum().backward();
  EXPECT_THAT(padded.weight().grad().to_vector<float>(), ElementsAre(0, 0, 1, 1, 0, 0, 0, 0));
  EXPECT_EQ(Text([] { nn::Embedding(4, 2, 4); }), "Padding_idx must be within num_embeddings");
}

TEST_F(NnTest, LinearComputesAndLearns) {
  nn::Linear linear(2, 1);
  {
    const NoGradGuard guard;
    linear.weight().copy_(tensor({{2.0, -1.0}}));
    linear.bias().fill_(0.5);
  }
  const Tensor x = tensor({{1.0, 2.0}, {3.0, 4.0}, {0.0, 1.0}});
  EXPECT_THAT(linear(x).to_vector<float>(), ElementsAre(0.5, 2.5, -0.5));
  linear(x).sum().backward();
  EXPECT_THAT(linear.weight().grad().to_vector<float>(), ElementsAre(4, 7));
  EXPECT_THAT(linear.bias().grad().to_vector<float>(), ElementsAre(3));

  optim::SGD sgd(linear.parameters(), 0.1);
  sgd.step();
  EXPECT_THAT(linear.weight().to_vector<float>(), Pointwise(FloatNear(1e-6f), {1.6f, -1.7f}));
  linear.zero_grad();
  EXPECT_FALSE(linear.weight().grad().defined());
  linear(x).sum().backward();
  linear.zero_grad(false);
  EXPECT_THAT(linear.weight().grad().to_vector<float>(), ElementsAre(0, 0));
  EXPECT_EQ(nn::Linear(2, 3, false)(x).shape(), Dims({3, 3}));
}

TEST_F(NnTest, DropoutActsInTrainingOnly) {
  nn::Dropout dropout(0.25);
  const Tensor x = ones({100'000}, requires_grad());
  const Tensor y = dropout(x);
  const std::vector<float> values = y.to_vector<float>();
  const auto zeros = static_cast<double>(std::count(values.begin(), values.end(), 0.0f));
  EXPECT_NEAR(zeros / 1e5, 0.25, 5 * std::sqrt(0.25 * 0.75 / 1e5));
  EXPECT_THAT(values, Each(::testing::AnyOf(0.0f, ::testing::FloatEq(1 / 0.75f))));
  EXPECT_NE(dropout(x).to_vector<float>(), values) << "every call draws again";
  y.sum().backward();
  EXPECT_EQ(x.grad().to_vector<float>(), values) << "the gradient is left out alike";

  dropout.eval();
  EXPECT_EQ(dropout(x).value(), x.value());
  dropout.train();
  EXPECT_EQ(nn::Dropout(0)(x).value(), x.value());
  EXPECT_THAT(nn::Dropout(1)(ones({3})).to_vector<float>(), Each(0.0f));
  EXPECT_EQ(Text([] { nn::Dropout(1.5); }),
            "dropout probability has to be between 0 and 1, but got 1.5");
}

TEST_F(NnTest, ModesAndFunctionsReachEveryModule) {
  Net net;
  EXPECT_TRUE(net.is_training());
  net.eval();
  for (const nn::Module* module : net.modules()) EXPECT_FALSE(module->is_training());
  const Tensor x = rand({3, 4});
  EXPECT_EQ(net(x).to_vector<float>(), net(x).to_vector<float>()) << "no dropout";
  net.train();
  for (const nn::Module* module : net.modules()) EXPECT_TRUE(module->is_training());
  int linears = 0, all = 0;
  net.apply([&](nn::Module& module) {
    ++all;
    linears += dynamic_cast<nn::Linear*>(&module) != nullptr ? 1 : 0;
  });
  EXPECT_EQ(linears, 2);
  EXPECT_EQ(all, 6);
  net.requires_grad_(false);
  EXPECT_FALSE(net(x).requires_grad());
}

TEST_F(NnTest, FlattenJoinsDimensions) {
  const Tensor x = rand({2, 3, 4, 5});
  EXPECT_EQ(nn::Flatten()(x).shape(), Dims({2, 60}));
  EXPECT_EQ(nn::Flatten(0)(x).shape(), Dims({120}));
  EXPECT_EQ(nn::Flatten(1, 2)(x).shape(), Dims({2, 12, 5}));
  EXPECT_EQ(nn::Flatten(-2)(x).shape(), Dims({2, 3, 20}));
  EXPECT_EQ(nn::Flatten(0)(tensor(1.0)).shape(), Dims({1}));
  EXPECT_EQ(Text([&] { (void)nn::Flatten(2, 1)(x); }),
            "flatten() has invalid args: start_dim cannot come after end_dim");
}

TEST_F(NnTest, ActivationsAreTheFunctions) {
  const Tensor x = tensor({-2.0, 0.0, 0.5, 30.0});
  const auto near = [&](nn::Layer&& layer, double (*f)(double), double tolerance = 1e-6) {
    std::vector<float> expected;
    for (const double value : x.to_vector<double>()) {
      expected.push_back(static_cast<float>(f(value)));
    }
    EXPECT_THAT(layer(x).to_vector<float>(),
                Pointwise(FloatNear(static_cast<float>(tolerance)), expected))
        << layer;
  };
  near(nn::ReLU(), [](double v) { return std::max(v, 0.0); });
  near(nn::Tanh(), [](double v) { return std::tanh(v); });
  near(nn::Sigmoid(), [](double v) { return 1 / (1 + std::exp(-v)); });
  near(
      nn::SiLU(), [](double v) { return v / (1 + std::exp(-v)); }, 1e-5);
  near(
      nn::GELU(), [](double v) { return v * 0.5 * std::erfc(-v / std::sqrt(2.0)); }, 1e-5);
  near(
      nn::GELU("tanh"),
      [](double v) {
        return 0.5 * v *
               (1 + std::tanh(std::sqrt(2 / std::acos(-1.0)) * (v + 0.044715 * v * v * v)));
      },
      1e-5);
  near(nn::LeakyReLU(), [](double v) { return v > 0 ? v : 0.01 * v; });
  near(nn::Softplus(), [](double v) { return v > 20 ? v : std::log1p(std::exp(v)); });
  near(nn::Softplus(2, 0.5),
       [](double v) { return 2 * v > 0.5 ? v : std::log1p(std::exp(2 * v)) / 2; });
  EXPECT_THAT(nn::Softmax(0)(tensor({0.0, std::log(3.0)})).to_vector<float>(),
              Pointwise(FloatNear(1e-6f), {0.25f, 0.75f}));
  EXPECT_THAT(nn::LogSoftmax(-1)(tensor({{0.0, std::log(3.0)}})).to_vector<float>(),
              Pointwise(FloatNear(1e-6f), {std::log(0.25f), std::log(0.75f)}));
  EXPECT_EQ(Text([] { nn::GELU("often"); }), "approximate argument must be either none or tanh.");
}

TEST_F(NnTest, LossesAreReduced) {
  const Tensor x = tensor({{0.5, -1.0}, {2.0, 0.0}}, requires_grad());
  const Tensor y = tensor({{0.0, 1.0}, {1.0, 0.0}});
  const auto reduced = [](nn::Loss&& none, nn::Loss&& mean, nn::Loss&& sum, const Tensor& input,
                          const Tensor& target, std::vector<float> losses) {
    EXPECT_THAT(none(input, target).reshape({-1}).to_vector<float>(),
                Pointwise(FloatNear(1e-6f), losses));
    float total = 0;
    for (const float loss : losses) total += loss;
    EXPECT_NEAR(sum(input, target).item<float>(), total, 1e-5);
    EXPECT_NEAR(mean(input, target).item<float>(), total / static_cast<float>(losses.size()), 1e-6);
  };
  using nn::Reduction;
  reduced(nn::MSELoss(Reduction::kNone), nn::MSELoss(), nn::MSELoss(Reduction::kSum), x, y,
          {0.25, 4, 1, 0});
  reduced(nn::L1Loss(Reduction::kNone), nn::L1Loss(), nn::L1Loss(Reduction::kSum), x, y,
          {0.5, 2, 1, 0});
  reduced(nn::SmoothL1Loss(Reduction::kNone), nn::SmoothL1Loss(), nn::SmoothL1Loss(Reduction::kSum),
          x, y, {0.125, 1.5, 0.5, 0});
  const auto bce = [](float logit, float target) {
    const float p = 1 / (1 + std::exp(-logit));
    return -target * std::log(p) - (1 - target) * std::log(1 - p);
  };
  reduced(nn::BCEWithLogitsLoss(Reduction::kNone), nn::BCEWithLogitsLoss(),
          nn::BCEWithLogitsLoss(Reduction::kSum), x, y,
          {bce(0.5, 0), bce(-1, 1), bce(2, 1), bce(0, 0)});
  const Tensor classes = tensor({1, 0});
  const auto nll = [](float chosen, float other) { return std::log1p(std::exp(other - chosen)); };
  reduced(nn::CrossEntropyLoss(Reduction::kNone), nn::CrossEntropyLoss(),
          nn::CrossEntropyLoss(Reduction::kSum), x, classes, {nll(-1, 0.5), nll(2, 0)});
  reduced(nn::NLLLoss(Reduction::kNone), nn::NLLLoss(), nn::NLLLoss(Reduction::kSum),
          nn::LogSoftmax(1)(x), classes, {nll(-1, 0.5), nll(2, 0)});
  EXPECT_FLOAT_EQ(nn::CrossEntropyLoss(Reduction::kMean, 1)(x, classes).item<float>(), nll(2, 0))
      << "the first is ignored";
  nn::MSELoss()(x, y).backward();
  EXPECT_THAT(x.grad().reshape({-1}).to_vector<float>(), ElementsAre(0.25, -1, 0.5, 0));
  EXPECT_EQ(nn::MSELoss().ToString(), "MSELoss()");
}

TEST_F(NnTest, InitsHaveTheirSpread) {
  const auto spread = [](const Tensor& tensor) {
    double squares = 0, most = 0;
    for (const double value : tensor.to_vector<double>()) {
      squares += value * value;
      most = std::max(most, std::abs(value));
    }
    return std::pair(std::sqrt(squares / static_cast<double>(tensor.numel())), most);
  };
  const Tensor weight = ones({200, 300}, requires_grad());
  const double xavier = std::sqrt(2.0 / 500), kaiming = std::sqrt(2.0 / (1.25 * 300));
  EXPECT_NEAR(spread(nn::init::xavier_normal_(weight)).first, xavier, 0.02 * xavier);
  EXPECT_NEAR(spread(nn::init::xavier_uniform_(weight, 2)).first, 2 * xavier, 0.04 * xavier);
  EXPECT_LE(spread(weight).second, 2 * xavier * std::sqrt(3.0) * 1.000001);
  EXPECT_NEAR(spread(nn::init::kaiming_normal_(weight, 0.5)).first, kaiming, 0.02 * kaiming);
  EXPECT_NEAR(spread(nn::init::kaiming_uniform_(weight, 0.5)).first, kaiming, 0.02 * kaiming);
  EXPECT_TRUE(weight.is_leaf());
  EXPECT_FALSE(weight.grad_fn());
  EXPECT_EQ(nn::init::FansOf(ones({4, 3, 2, 2})).in, 12);
  EXPECT_EQ(nn::init::FansOf(ones({4, 3, 2, 2})).out, 16);
  EXPECT_THROW(nn::init::FansOf(ones({4})), Error);
}

TEST_F(NnTest, IsPrintedAsPyTorchPrintsIt) {
  EXPECT_EQ(nn::Linear(3, 2).ToString(), "Linear(in_features=3, out_features=2, bias=True)");
  EXPECT_EQ(nn::Embedding(10, 3).ToString(), "Embedding(10, 3)");
  EXPECT_EQ(nn::ReLU().ToString(), "ReLU()");
  EXPECT_EQ(nn::GELU().ToString(), "GELU(approximate='none')");
  EXPECT_EQ(nn::LeakyReLU(0.2).ToString(), "LeakyReLU(negative_slope=0.2)");
  EXPECT_EQ(nn::Softplus().ToString(), "Softplus(beta=1.0, threshold=20.0)");
  EXPECT_EQ(nn::LogSoftmax(-1).ToString(), "LogSoftmax(dim=-1)");
  EXPECT_EQ(nn::Flatten().ToString(), "Flatten(start_dim=1, end_dim=-1)");
  EXPECT_EQ(nn::Sequential().ToString(), "Sequential()");
  EXPECT_EQ(Net().ToString(),
            "Net(\n"
            "  (body): Sequential(\n"
            "    (0): Linear(in_features=4, out_features=8, bias=True)\n"
            "    (1): Tanh()\n"
            "    (2): Dropout(p=0.25, inplace=False)\n"
            "  )\n"
            "  (head): Linear(in_features=8, out_features=2, bias=False)\n"
            ")");
}

}  // namespace
}  // namespace gradd
