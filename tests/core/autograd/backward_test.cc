#include "core/autograd/backward.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/engine.h"

namespace gradd {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using testing::Engine;
using ::testing::HasSubstr;
using testing::Must;
using ::testing::Pointwise;

TEST(Backward, GivesTheDerivativeOfAComposition) {
  Engine e;
  const Value a = e.Vector({0.0, 0.5, 2.0}, true);
  // d = 2 sin(a) + 1
  const Value d = e.Op("add", {e.Op("mul", {MakeScalar(2), e.Op("sin", {a})}), MakeScalar(1)});
  Must(e.Backward(e.Sum(d)));
  EXPECT_THAT(
      e.Read(e.tape.Grad(a)),
      Pointwise(::testing::DoubleEq(), {2 * std::cos(0.0), 2 * std::cos(0.5), 2 * std::cos(2.0)}));
}

TEST(Backward, NumbersHaveAnEdgeThatLeadsNowhere) {
  Engine e;
  const Value a = e.Vector({1}, true);
  const Value product = e.Op("mul", {MakeScalar(2), e.Op("sin", {a})});
  const Edge edge = *e.tape.GradientEdge(product);
  EXPECT_EQ(edge.node->name(), "MulBackward0");
  ASSERT_EQ(edge.node->edges.size(), 2);
  EXPECT_FALSE(edge.node->edges[0]);
  EXPECT_EQ(edge.node->edges[1].node->name(), "SinBackward0");
  EXPECT_EQ(edge.node->edges[1].node->edges[0].node->name(), "AccumulateGrad");
}

TEST(Backward, AccumulatesInTheSameTensor) {
  Engine e;
  const Value a = e.Vector({1, 2}, true);
  Must(e.Backward(e.Sum(e.Op("mul", {a, MakeScalar(3)}))));
  const Value grad = e.tape.Grad(a);
  Must(e.Backward(e.Sum(e.Op("mul", {a, MakeScalar(4)}))));
  EXPECT_EQ(e.tape.Grad(a).get(), grad.get());
  EXPECT_THAT(e.Read(grad), ElementsAre(7, 7));
}

TEST(Backward, BroadcastGradientsAreSummedAndContiguous) {
  Engine e;
  const Value row = e.Tensor<double>({3}, {1, 2, 3}, true);
  const Value matrix = e.Tensor<double>({2, 3}, {1, 2, 3, 4, 5, 6}, true);
  Must(e.Backward(e.Sum(e.Op("mul", {row, matrix}))));
  EXPECT_THAT(e.Read(e.tape.Grad(row)), ElementsAre(5, 7, 9));
  EXPECT_THAT(e.Read(e.tape.Grad(matrix)), ElementsAre(1, 2, 3, 1, 2, 3));
  const Value ones = e.Tensor<double>({2}, {1, 1}, true);
  Must(e.Backward(e.Sum(ones)));
  EXPECT_TRUE(AsTensor(e.tape.Grad(ones)).FillsItsBuffer());
}

TEST(Backward, MixedDtypesGiveEachInputItsOwn) {
  Engine e;
  const Value a = e.Tensor<float>({2}, {1, 2}, true);
  const Value b = e.Tensor<double>({2}, {3, 4}, true);
  Must(e.Backward(e.Sum(e.Op("mul", {a, b}))));
  EXPECT_THAT(e.Read<float>(e.tape.Grad(a)), ElementsAre(3, 4));
  EXPECT_EQ(e.tape.Grad(a)->spec().dtype, DType::kFloat32);
  EXPECT_THAT(e.Read<double>(e.tape.Grad(b)), ElementsAre(1, 2));
}

TEST(Backward, SecondTimeFailsOnlyWhereSomethingWasSaved) {
  Engine e;
  const Value a = e.Vector({1}, true);
  const Value saving = e.Sum(e.Op("exp", {a}));
  Must(e.Backward(saving));
  const absl::Status again = e.Backward(saving);
  EXPECT_EQ(again.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(again.message()),
              HasSubstr("Trying to backward through the graph a second time"));
  EXPECT_THAT(e.Read(e.tape.Grad(a)), ElementsAre(std::exp(1.0)));
  const Value nothing_saved = e.Sum(e.Op("add", {a, MakeScalar(1)}));
  Must(e.Backward(nothing_saved));
  Must(e.Backward(nothing_saved));
}

TEST(Backward, TextsOfRefusals) {
  Engine e;
  const Value a = e.Vector({1, 2}, true);
  const Value plain = e.Vector({1});
  EXPECT_EQ(e.Backward(e.Op("sin", {a})).message(),
            "grad can be implicitly created only for scalar outputs");
  EXPECT_EQ(e.Backward(plain).message(),
            "element 0 of tensors does not require grad and does not have a grad_fn");
  EXPECT_EQ(e.Grad(e.Sum(a), {plain}).status().message(),
            "One of the differentiated Tensors does not require grad");
  const Value unused = e.Vector({1}, true);
  EXPECT_THAT(std::string(e.Grad(e.Sum(a), {unused}).status().message()),
              HasSubstr("appears to not have been used in the graph"));
  const Value wrong = e.Tensor<double>({2, 2}, {1, 1, 1, 1});
  EXPECT_EQ(e.Grad(e.Op("sin", {a}), {a}, {}, {wrong}).status().message(),
            "Mismatch in shape: grad_output[0] has a shape of torch.Size([2, 2]) and output[0] has "
            "a shape of torch.Size([2]).");
}

TEST(Grad, OrderOfDerivativesIsUnlimited) {
  Engine e;
  const Value x = e.Vector({0.7}, true);
  Value y = e.Op("sin", {x});
  GradOptions options;
  options.create_graph = options.retain_graph = true;
  const double expected[] = {std::cos(0.7), -std::sin(0.7), -std::cos(0.7), std::sin(0.7),
                             std::cos(0.7)};
  for (const double derivative : expected) {
    y = Must(e.Grad(y, {x}, options))[0];
    EXPECT_THAT(e.Read(y)[0], DoubleNear(derivative, 1e-15));
  }
}

TEST(Grad, TouchesNoGrad) {
  Engine e;
  const Value x = e.Vector({2}, true);
  const Value gradient = Must(e.Grad(e.Op("mul", {x, x}), {x}))[0];
  EXPECT_THAT(e.Read(gradient), ElementsAre(4));
  EXPECT_EQ(e.tape.Grad(x), nullptr);
}

TEST(Grad, OfAnIntermediateRunsOnlyWhatLeadsThere) {
  Engine e;
  const Value x = e.Vector({2}, true);
  const Value middle = e.Op("exp", {x});
  const Value y = e.Op("mul", {middle, middle});
  EXPECT_THAT(e.Read(Must(e.Grad(y, {middle}))[0]), ElementsAre(2 * std::exp(2.0)));
  // exp's node was not run, so its residual is still there.
  EXPECT_FALSE(e.tape.GradientEdge(middle)->node->freed);
}

TEST(Grad, ManyCotangentsAtOnce) {
  Engine e;
  const Value x = e.Vector({0.1, 0.2, 0.3}, true);
  const Value y = e.Op("mul", {e.Op("sin", {x}), x});
  const Value identity = e.Tensor<double>({3, 3}, {1, 0, 0, 0, 1, 0, 0, 0, 1});
  GradOptions options;
  options.batched = true;
  const Value jacobian = Must(e.Grad(y, {x}, options, {identity}))[0];
  EXPECT_THAT(jacobian->spec().shape, ElementsAre(3, 3));
  const auto d = [](double v) { return std::cos(v) * v + std::sin(v); };
  EXPECT_THAT(e.Read(jacobian), Pointwise(::testing::DoubleEq(),
                                          {d(0.1), 0.0, 0.0, 0.0, d(0.2), 0.0, 0.0, 0.0, d(0.3)}));
}

TEST(Grad, MaterializesAndAllowsUnused) {
  Engine e;
  const Value x = e.Vector({1}, true);
  const Value unused = e.Vector({1, 2}, true);
  GradOptions allow;
  allow.allow_unused = true;
  EXPECT_EQ(Must(e.Grad(e.Op("sin", {x}), {unused}, allow))[0], nullptr);
  GradOptions zeros;
  zeros.materialize_grads = true;
  EXPECT_THAT(e.Read(Must(e.Grad(e.Op("sin", {x}), {unused}, zeros))[0]), ElementsAre(0, 0));
}

TEST(Backward, RetainGradAndInputs) {
  Engine e;
  const Value x = e.Vector({3}, true);
  const Value w = e.Vector({5}, true);
  const Value middle = e.Op("mul", {x, w});
  Must(e.tape.RetainGrad(middle));
  Must(e.Backward(e.Op("mul", {middle, MakeScalar(2)})));
  EXPECT_THAT(e.Read(e.tape.Grad(middle)), ElementsAre(2));
  const Value y = e.Op("mul", {x, w});
  const Value inputs[] = {w};
  Must(BackwardPass(e.tape, e.eager, e.cancellation).Backward({&y, 1}, {}, inputs, {}));
  EXPECT_THAT(e.Read(e.tape.Grad(x)), ElementsAre(10)) << "not asked for";
  EXPECT_THAT(e.Read(e.tape.Grad(w)), ElementsAre(9));
}

TEST(Backward, NoGradRecordsNothing) {
  Engine e;
  const Value x = e.Vector({1}, true);
  e.tape.set_grad_mode(GradMode::kDisabled);
  const Value y = e.Op("sin", {x});
  e.tape.set_grad_mode(GradMode::kEnabled);
  EXPECT_FALSE(e.tape.RequiresGrad(y));
  e.tape.set_grad_mode(GradMode::kInference);
  const Value inference = e.Op("sin", {e.Vector({1})});
  e.tape.set_grad_mode(GradMode::kEnabled);
  EXPECT_THAT(std::string(e.Try("mul", {x, inference}).status().message()),
              HasSubstr("Inference tensors cannot be saved for backward."));
}

TEST(Backward, CreateGraphMakesGradientsOfTheirOwn) {
  Engine e;
  const Value a = e.Vector({1}, true), b = e.Vector({2}, true);
  BackwardOptions options;
  options.create_graph = true;
  Must(e.Backward(e.Sum(e.Op("add", {a, b})), options));
  Must(e.InPlace("mul", {e.tape.Grad(a), MakeScalar(3)}));
  EXPECT_THAT(e.Read(e.tape.Grad(a)), ElementsAre(3));
  EXPECT_THAT(e.Read(e.tape.Grad(b)), ElementsAre(1));
}

// What PyTorch's retain_grad() does: every pass adds, also one of grad().
TEST(Backward, RetainedGradientsAccumulate) {
  Engine e;
  const Value a = e.Vector({1, 2}, true);
  const Value y = e.Op("mul", {a, MakeScalar(3)});
  Must(e.tape.RetainGrad(y));
  const Value z = e.Sum(e.Op("mul", {y, y}));
  BackwardOptions keep;
  keep.retain_graph = true;
  Must(e.Backward(z, keep));
  const Value first = e.tape.Grad(y);
  Must(e.Backward(z, keep));
  EXPECT_THAT(e.Read(first), ElementsAre(6, 12)) << "a new tensor each time";
  EXPECT_THAT(e.Read(e.tape.Grad(y)), ElementsAre(12, 24));
  GradOptions keep_too;
  keep_too.retain_graph = true;
  Must(e.Grad(z, {a}, keep_too));
  EXPECT_THAT(e.Read(e.tape.Grad(y)), ElementsAre(18, 36));
  Must(e.Grad(z, {y}, keep_too));
  EXPECT_THAT(e.Read(e.tape.Grad(y)), ElementsAre(24, 48));
  Must(e.tape.SetGrad(y, nullptr));
  const Values inputs = {y, y};
  Must(BackwardPass(e.tape, e.eager, e.cancellation).Backward({&z, 1}, {}, inputs, keep));
  EXPECT_THAT(e.Read(e.tape.Grad(y)), ElementsAre(6, 12)) << "named twice and retained: once";
}

TEST(Backward, CotangentsAreCheckedBeforeTheFirstKernel) {
  Engine e;
  const Value a = e.Vector({1, 2}, true);
  const Value y = e.Op("sin", {a});
  const DeviceId other = testing::OtherTestDevice();
  const Value elsewhere = e.Op("to", {e.Vector({1, 1})}, {std::monostate(), other});
  const absl::Status moved = e.Grad(y, {a}, {}, {elsewhere}).status();
  EXPECT_THAT(std::string(moved.message()), HasSubstr("is on " + ToString(other)));
  GradOptions batched;
  batched.batched = true;
  EXPECT_THAT(std::string(e.Grad(e.Sum(y), {a}, batched, {nullptr}).status().message()),
              HasSubstr("is missing: a batched pass needs all of them"));
  EXPECT_THAT(std::string(e.Grad(e.Sum(y), {a}, batched).status().message()),
              HasSubstr("is missing: a batched pass needs all of them"));
  Must(e.Grad(y, {a}, {}, {e.Vector({1, 1})}));
}

struct FailingPass {
  DeviceKind device;
  bool had_gradients, create_graph, names_inputs;
};

class FailsWhole : public ::testing::TestWithParam<FailingPass> {};

// An allocation that fails anywhere in the pass changes no gradient; the next pass works.
TEST_P(FailsWhole, ChangesNoGradient) {
  const FailingPass& pass = GetParam();
  for (int64_t n = 1;; ++n) {
    Engine e({pass.device, 0});
    const Value a = e.Tensor<double>({2, 2}, {1, 2, 3, 4}, true);
    const Value b = e.Tensor<double>({2, 2}, {5, 6, 7, 8}, true);
    Value middle;  // what retain_grad asks for
    const auto loss = [&] {
      middle = e.Op("exp", {a});
      Must(e.tape.RetainGrad(middle));
      return e.Sum(e.Op("sin", {e.Op("matmul", {middle, b})}));
    };
    BackwardOptions options;
    options.create_graph = pass.create_graph;
    const auto backward = [&](const Value& root) {
      const Values inputs = pass.names_inputs ? Values{a, middle} : Values{};
      return BackwardPass(e.tape, e.eager, e.cancellation)
          .Backward({&root, 1}, {}, inputs, options);
    };
    if (pass.had_gradients) Must(backward(loss()));
    const auto gradients = [&] {
      std::vector<std::vector<double>> all;
      for (const Value& value : {a, b, middle}) {
        const Value grad = e.tape.Grad(value);
        all.push_back(grad ? e.Read(grad) : std::vector<double>());
      }
      return all;
    };
    const Value root = loss();
    const auto before = gradients();
    e.budget->FailReservation(n);
    const absl::Status status = backward(root);
    e.budget->FailReservation(0);
    if (status.ok()) {
      EXPECT_GT(n, 5);
      EXPECT_NE(gradients(), before);
      break;
    }
    EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
    EXPECT_EQ(gradients(), before) << "at allocation " << n;
    // The first allocation is the seed's: the pass had not begun.
    const absl::Status again = backward(root);
    if (n == 1) {
      Must(again);
    } else {
      EXPECT_THAT(std::string(status.message()), HasSubstr("the graph counts as freed"));
      EXPECT_THAT(std::string(again.message()), HasSubstr("a second time"));
    }
    Must(backward(loss()));
  }
}

INSTANTIATE_TEST_SUITE_P(Passes, FailsWhole,
                         ::testing::Values(FailingPass{DeviceKind::kCpu, true, false, false},
                                           FailingPass{DeviceKind::kCpu, false, false, false},
                                           FailingPass{DeviceKind::kCpu, true, true, false},
                                           FailingPass{DeviceKind::kCpu, true, false, true},
                                           FailingPass{DeviceKind::kSim, true, false, false}));

TEST(Backward, CancellationStopsBetweenNodes) {
  Engine e;
  const Value x = e.Vector({1}, true);
  Value y = x;
  for (int i = 0; i < 10; ++i) y = e.Op("sin", {y});
  e.cancellation.CancelAtPoll(5);
  EXPECT_EQ(e.Backward(y).code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(e.tape.Grad(x), nullptr);
}

TEST(Backward, RunsOnAnAsynchronousDevice) {
  Engine e({DeviceKind::kSim, 0});
  const Value x = e.Vector({0.5, 1.5}, true);
  Must(e.Backward(e.Sum(e.Op("mul", {e.Op("sin", {x}), x}))));
  const auto d = [](double v) { return std::cos(v) * v + std::sin(v); };
  EXPECT_THAT(e.Read(e.tape.Grad(x)), Pointwise(::testing::DoubleEq(), {d(0.5), d(1.5)}));
}

}  // namespace
}  // namespace gradd
