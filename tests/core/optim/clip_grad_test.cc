#include "core/optim/clip_grad.h"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/core/optim/kinds.h"
#include "tests/support/run_in_pool.h"

namespace gradd {
namespace {

using ::testing::DoubleEq;
using ::testing::ElementsAre;
using testing::Engine;
using ::testing::HasSubstr;
using testing::Must;
using testing::Numbers;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// The definition, in double: vector_norm(stack([vector_norm(g, order) for g in gradients]), order).
double NormOf(const std::vector<double>& numbers, double order) {
  double norm = order == -kInfinity ? kInfinity : 0;
  for (const double number : numbers) {
    const double x = std::abs(number);
    if (order == kInfinity) norm = std::max(norm, x);
    if (order == -kInfinity) norm = std::min(norm, x);
    if (order == 0) norm += x != 0 ? 1 : 0;
    if (order != 0 && std::isfinite(order)) norm += std::pow(x, order);
  }
  return order != 0 && std::isfinite(order) ? std::pow(norm, 1 / order) : norm;
}

class ClipGrad : public ::testing::TestWithParam<DeviceId> {
 protected:
  ClipGrad() : e(GetParam()) {}

  // Parameters whose gradients have these sizes and are of about 1.
  Values Parameters(const std::vector<int64_t>& sizes) {
    Values parameters;
    for (const int64_t size : sizes) {
      parameters.push_back(e.Vector(std::vector<double>(size, 1), true));
      Must(e.tape.SetGrad(parameters.back(), e.Vector(Numbers(size, static_cast<double>(size)))));
    }
    return parameters;
  }
  std::vector<std::vector<double>> Gradients(const Values& parameters) {
    std::vector<std::vector<double>> all;
    for (const Value& p : parameters) all.push_back(e.Read(e.tape.Grad(p)));
    return all;
  }
  absl::StatusOr<Value> Clip(const Values& parameters, const ClipNormOptions& options) {
    return ClipGradNorm(e.tape, e.eager, parameters, options, e.cancellation);
  }
  double TotalOf(const Values& parameters, const ClipNormOptions& options) {
    return e.Read(Must(Clip(parameters, options)))[0];
  }

  Engine e;
};
INSTANTIATE_TEST_SUITE_P(Devices, ClipGrad, ::testing::ValuesIn(testing::TestDevices()),
                         [](const auto& info) { return testing::TestName(info.param); });

TEST_P(ClipGrad, ScalesToTheNormOfEveryOrder) {
  for (const double order : {2.0, 1.0, 0.0, 3.0, 0.5, -1.0, kInfinity, -kInfinity}) {
    for (const double max_norm : {0.25, 1e6}) {
      SCOPED_TRACE(absl::StrCat("order ", order, " at most ", max_norm));
      const Values parameters = Parameters({3, 1, 50'000, 13});
      const std::vector<std::vector<double>> before = Gradients(parameters);
      std::vector<double> norms;
      for (const std::vector<double>& gradient : before) norms.push_back(NormOf(gradient, order));
      const double expected = NormOf(norms, order);
      const double total = TotalOf(parameters, {max_norm, order, true});
      EXPECT_NEAR(total / expected, 1, 1e-12);
      const double factor = std::min(1.0, max_norm / (expected + 1e-6));
      const std::vector<std::vector<double>> after = Gradients(parameters);
      for (size_t i = 0; i < before.size(); ++i) {
        for (size_t k = 0; k < before[i].size(); k += 1 + k / 16) {
          EXPECT_NEAR(after[i][k], before[i][k] * factor, 1e-12) << i << ", " << k;
        }
      }
    }
  }
}

TEST_P(ClipGrad, ChangesTheGradientInPlaceAndOnlyThat) {
  const Values parameters = Parameters({3});
  const Value grad = e.tape.Grad(parameters[0]);
  const RefPtr<Buffer> held = AsTensor(grad).cell().buffer;
  (void)TotalOf(parameters, {0.5});
  EXPECT_EQ(e.tape.Grad(parameters[0]), grad);
  EXPECT_EQ(AsTensor(grad).version(), 1);
  EXPECT_NE(AsTensor(grad).cell().buffer, held);
  EXPECT_NEAR(NormOf(e.Read(grad), 2), 0.5, 1e-5);
  EXPECT_THAT(e.Read(parameters[0]), ElementsAre(1, 1, 1));
}

TEST_P(ClipGrad, DtypesMayBeMixed) {
  const Value wide = e.Vector({1}, true), narrow = e.Tensor<float>({1}, {1}, true);
  const Value half = e.Tensor<Half>({1}, {Half(1)}, true), none = e.Vector({1}, true);
  Must(e.tape.SetGrad(wide, e.Vector({2})));
  Must(e.tape.SetGrad(narrow, e.Tensor<float>({1}, {1})));
  Must(e.tape.SetGrad(half, e.Tensor<Half>({1}, {Half(-2)})));
  const Value total = Must(Clip({half, narrow, wide, none}, {1.5}));
  EXPECT_EQ(total->spec().dtype, DType::kFloat64);
  EXPECT_THAT(e.Read(total), ElementsAre(3));
  EXPECT_NEAR(e.Read(e.tape.Grad(wide))[0], 1, 1e-6);
  EXPECT_NEAR(e.Read<float>(e.tape.Grad(narrow))[0], 0.5, 1e-6);
  EXPECT_NEAR(e.Read<Half>(e.tape.Grad(half))[0], -1, 1e-6);
  EXPECT_EQ(e.tape.Grad(none), nullptr);
}

TEST_P(ClipGrad, NothingToClip) {
  const Value none = e.Tensor<float>({1}, {1}, true);
  const Value total = Must(Clip({none}, {1}));
  EXPECT_EQ(total->spec().dtype, DType::kFloat32);
  EXPECT_THAT(e.Read<float>(total), ElementsAre(0));
  EXPECT_THAT(TotalOf(Parameters({0}), {1}), 0);
}

TEST_P(ClipGrad, ANonfiniteNormIsAnErrorOnlyWhenAskedFor) {
  const Value p = e.Vector({1, 1}, true);
  Must(e.tape.SetGrad(p, e.Vector({1, kInfinity})));
  const absl::Status refused = Clip({p}, {1, 2, true}).status();
  EXPECT_EQ(refused.message(),
            "The total norm of order 2.0 for gradients from `parameters` is non-finite, so it "
            "cannot be clipped. To disable this error and scale the gradients by the non-finite "
            "norm anyway, set `error_if_nonfinite=False`");
  EXPECT_THAT(e.Read(e.tape.Grad(p)), ElementsAre(1, kInfinity));
  EXPECT_EQ(AsTensor(e.tape.Grad(p)).version(), 0);
  EXPECT_EQ(TotalOf({p}, {1}), kInfinity);
  EXPECT_EQ(e.Read(e.tape.Grad(p))[0], 0) << "1 times 1 / infinity";
  EXPECT_TRUE(std::isnan(e.Read(e.tape.Grad(p))[1]));
  for (const double order : {2.0, 1.0, 3.0, kInfinity, -kInfinity}) {
    Must(e.tape.SetGrad(p, e.Vector({std::nan(""), 1})));
    EXPECT_TRUE(std::isnan(TotalOf({p}, {1, order}))) << order;
  }
}

TEST_P(ClipGrad, AGradientThatTwoShareIsScaledTwice) {
  const Value p = e.Vector({1, 1}, true), q = e.Vector({1, 1}, true);
  const Value gradient = e.Vector({3, 4});
  for (const Value& parameter : {p, q}) Must(e.tape.SetGrad(parameter, gradient));
  const double total = TotalOf({p, q}, {1});
  EXPECT_THAT(total, DoubleEq(std::sqrt(50)));
  EXPECT_NEAR(e.Read(gradient)[0], 3 / 50.0, 1e-6);
}

TEST_P(ClipGrad, GradientsOfAnotherLayout) {
  const Value p = e.Tensor<double>({2, 3}, Numbers(6, 0), true);
  const Value storage = e.Tensor<double>({3, 2}, {1, 1, 1, 1, 1, 2});
  Must(e.tape.SetGrad(p, e.Op("transpose", {storage}, {int64_t{0}, int64_t{1}})));
  EXPECT_EQ(TotalOf({p}, {1.5}), 3);
  EXPECT_NEAR(e.Read(storage)[5], 1, 1e-6);
  Must(e.tape.SetGrad(p, e.Op("expand", {e.Vector({1})}, {Dims{2, 3}})));
  EXPECT_THAT(std::string(Clip({p}, {1}).status().message()),
              HasSubstr("more than one element of the written-to tensor"));
}

TEST_P(ClipGrad, WithoutMemoryOrCancelledNothingChanges) {
  const auto changes_nothing = [&](const std::function<void()>& disturb, int64_t* done) {
    Values parameters = Parameters({3, 5});
    const Value part =
        e.Op("transpose", {e.Tensor<double>({3, 2}, Numbers(6, 0))}, {int64_t{0}, int64_t{1}});
    parameters.push_back(e.Tensor<double>({2, 3}, Numbers(6, 0), true));
    Must(e.tape.SetGrad(parameters[2], part));
    const RefPtr<Buffer> held = AsTensor(part).cell().buffer;
    const std::vector<std::vector<double>> before = Gradients(parameters);
    disturb();
    const absl::Status status = Clip(parameters, {0.1}).status();
    e.budget->FailReservation(0);
    e.cancellation.CancelAtPoll(0);
    if (status.ok()) return true;
    EXPECT_EQ(Gradients(parameters), before);
    ++*done;
    return false;
  };
  int64_t failed = 0, cancelled = 0;
  for (int64_t n = 1; !changes_nothing([&] { e.budget->FailReservation(n); }, &failed);) ++n;
  EXPECT_GT(failed, 4);
  for (int64_t n = 1;; ++n) {
    const auto cancel = [&] { e.cancellation.CancelAtPoll(e.cancellation.polls() + n); };
    if (changes_nothing(cancel, &cancelled)) break;
  }
  EXPECT_EQ(cancelled, 3);
}

TEST_P(ClipGrad, Values) {
  const Value p = e.Tensor<float>({5}, {1, 1, 1, 1, 1}, true);
  const Value q = e.Tensor<BFloat16>({2}, {BFloat16(1), BFloat16(1)}, true);
  Must(e.tape.SetGrad(p, e.Tensor<float>({5}, {-3, 3, 0.5, -0.25, NAN})));
  Must(e.tape.SetGrad(q, e.Tensor<BFloat16>({2}, {BFloat16(0.5), BFloat16(8)})));
  const Values both = {p, q};
  Must(ClipGradValue(e.tape, e.eager, both, 1.5, e.cancellation));
  const std::vector<float> clipped = e.Read<float>(e.tape.Grad(p));
  EXPECT_THAT(std::vector<float>(clipped.begin(), clipped.begin() + 4),
              ElementsAre(-1.5, 1.5, 0.5, -0.25));
  EXPECT_TRUE(std::isnan(clipped[4]));
  EXPECT_THAT(e.Read<BFloat16>(e.tape.Grad(q)), ElementsAre(0.5, 1.5));
}

TEST(ClipGradThreads, EveryBitIsTheSameWithSeveralThreads) {
  const auto total = [] {
    Engine e;
    const Value p = e.Vector(std::vector<double>(100'003, 1), true);
    Must(e.tape.SetGrad(p, e.Vector(Numbers(100'003, 1))));
    const Value norm = Must(ClipGradNorm(e.tape, e.eager, {&p, 1}, {1}, e.cancellation));
    std::vector<double> all = e.Read(e.tape.Grad(p));
    all.push_back(e.Read(norm)[0]);
    return all;
  };
  std::vector<double> threads;
  testing::RunInPool(3, [&] { threads = total(); });
  EXPECT_EQ(threads, total());
}

}  // namespace
}  // namespace gradd
