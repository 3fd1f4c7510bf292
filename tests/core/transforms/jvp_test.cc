#include "core/transforms/jvp.h"

#include <cmath>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/status.h"
#include "core/ops/builder.h"
#include "core/ops/op_table.h"
#include "core/ops/view/strided_scatter.h"
#include "tests/support/must.h"
#include "tests/support/reference_interpreter.h"

namespace gradd::testing {
namespace {

using ::testing::DoubleNear;
using ::testing::HasSubstr;
using ::testing::Pointwise;

constexpr DType kF64 = DType::kFloat64;

Value Make(Dims shape, std::vector<double> values, DType dtype = kF64) {
  return ReferenceInterpreter::Make(dtype, std::move(shape), std::move(values));
}

std::vector<double> Read(const Value& value) { return ReferenceInterpreter::Read(value); }

Value Call(Interpreter& interpreter, absl::string_view op, std::vector<Value> inputs,
           const Attributes& attributes = {}) {
  return Must(interpreter.Apply(*FindOp(op), inputs, attributes))[0];
}

class JvpTest : public ::testing::Test {
 protected:
  Value Lift(const Value& primal, const Value& tangent) { return Must(jvp_.Lift(primal, tangent)); }
  // The tangent's values; empty for zero.
  std::vector<double> TangentOf(const Value& value) {
    const Value tangent = Must(jvp_.Tangent(value));
    return tangent ? Read(tangent) : std::vector<double>();
  }
  std::vector<double> PrimalOf(const Value& value) { return Read(jvp_.Primal(value)); }

  ReferenceInterpreter below_;
  Jvp jvp_{&below_};
};

using Numbers = std::vector<double>;

TEST_F(JvpTest, FollowsTheChainRule) {
  const double x = 0.7;
  const Value lifted = Lift(Make({}, {x}), Make({}, {1}));
  const Value y = Call(jvp_, "mul", {lifted, Call(jvp_, "sin", {lifted})});
  EXPECT_THAT(PrimalOf(y), Pointwise(DoubleNear(1e-15), Numbers{x * std::sin(x)}));
  EXPECT_THAT(TangentOf(y), Pointwise(DoubleNear(1e-15), Numbers{std::sin(x) + x * std::cos(x)}));
}

TEST_F(JvpTest, TangentsBroadcastWithTheirPrimals) {
  const Value scalar = Lift(Make({}, {2}), Make({}, {1}));
  const Value sum = Call(jvp_, "add", {scalar, Make({3}, {1, 2, 3})});
  EXPECT_EQ(TangentOf(sum), (Numbers{1, 1, 1}));
  const Value twice = Call(jvp_, "mul", {scalar, MakeScalar(2)});
  EXPECT_EQ(TangentOf(twice), (Numbers{2}));
}

TEST_F(JvpTest, LiftRefusesTangentsThatDoNotFit) {
  const Value primal = Make({2}, {1, 2});
  EXPECT_EQ(jvp_.Lift(primal, Make({3}, {1, 2, 3})).status().message(),
            "Trying to set a forward gradient that has a different size than that of the original "
            "Tensor, this is not supported. Tensor is of size [2] while the given forward gradient "
            "is of size [3].");
  EXPECT_THAT(jvp_.Lift(primal, Make({2}, {1, 2}, DType::kFloat32)).status().message(),
              HasSubstr("Expected tangent to have the dtype of its primal, float64"));
  const Value integer = Make({1}, {1}, DType::kInt64);
  EXPECT_THAT(jvp_.Lift(integer, integer).status().message(),
              HasSubstr("Expected primal to be floating point or complex, but got: torch.int64"));
  EXPECT_TRUE(jvp_.Lift(integer, nullptr).ok());
}

TEST_F(JvpTest, NumbersStayNumbers) {
  const Value number = MakeScalar(2.5);
  EXPECT_TRUE(Lift(number, nullptr) == number);
  EXPECT_FALSE(jvp_.Lift(number, Make({}, {1})).ok());
}

TEST_F(JvpTest, NothingDependsOnAConstant) {
  const Value constant = Lift(Make({2}, {1, 2}), nullptr);
  EXPECT_EQ(TangentOf(Call(jvp_, "exp", {constant})), Numbers());
  EXPECT_EQ(TangentOf(Call(jvp_, "exp", {Make({2}, {1, 2})})), Numbers());
}

TEST_F(JvpTest, IntegersCarryNoTangent) {
  const Value x = Lift(Make({2}, {1.5, 2.5}), Make({2}, {1, 1}));
  const Value integers = Call(jvp_, "to", {x}, {DType::kInt64, std::monostate()});
  EXPECT_EQ(TangentOf(integers), Numbers());
  EXPECT_EQ(PrimalOf(integers), (Numbers{1, 2}));
  EXPECT_EQ(TangentOf(Call(jvp_, "nonzero", {x})), Numbers());
}

TEST_F(JvpTest, ExpandsFusedPrimitives) {
  // sin_vjp0(g, x) is g * cos(x); its derivative by x along 1 is -g * sin(x).
  const double x = 0.3, g = 2;
  const Value lifted = Lift(Make({}, {x}), Make({}, {1}));
  const Value y = Call(jvp_, "sin_vjp0", {Make({}, {g}), lifted});
  EXPECT_THAT(PrimalOf(y), Pointwise(DoubleNear(1e-15), Numbers{g * std::cos(x)}));
  EXPECT_THAT(TangentOf(y), Pointwise(DoubleNear(1e-15), Numbers{-g * std::sin(x)}));
}

TEST_F(JvpTest, SaysWhichOpHasNoRule) {
  Op op = *FindOp("neg");
  op.jvp = nullptr;
  const Value x = Lift(Make({}, {1}), Make({}, {1}));
  const absl::Status error = jvp_.Apply(op, {x}, {}).status();
  EXPECT_EQ(error.code(), absl::StatusCode::kUnimplemented);
  EXPECT_EQ(error.message(), "jvp not implemented for neg");
  EXPECT_TRUE(jvp_.Apply(op, {Lift(Make({}, {1}), nullptr)}, {}).ok());
  op.vjp = nullptr;  // declared not differentiable
  EXPECT_EQ(TangentOf(Must(jvp_.Apply(op, {x}, {}))[0]), Numbers());
}

TEST_F(JvpTest, RulesSeeTheirResidualsOnly) {
  static Values seen;
  Op op = *FindOp("mul");
  op.jvp = [](Builder&, const Recorded& r, ValueSpan tangents, absl::Span<Value> outputs) {
    seen.assign(r.saved.begin(), r.saved.end());
    outputs[0] = tangents[0];
  };
  const Value a = Lift(Make({}, {3}), Make({}, {1}));
  Must(jvp_.Apply(op, {a, Make({}, {5})}, {}));
  ASSERT_EQ(seen.size(), 3u);
  EXPECT_TRUE(seen[0] == nullptr);  // a's derivative needs b and nothing else
  EXPECT_EQ(Read(seen[1]), Numbers{5});
  EXPECT_TRUE(seen[2] == nullptr);
  seen.clear();
}

TEST_F(JvpTest, SaysWhenARuleIsWrong) {
  Op op = *FindOp("sum");
  op.jvp = [](Builder&, const Recorded&, ValueSpan tangents, absl::Span<Value> outputs) {
    outputs[0] = tangents[0];
  };
  const Value x = Lift(Make({2}, {1, 2}), Make({2}, {1, 1}));
  EXPECT_EQ(ErrorReason(jvp_.Apply(op, {x}, {Dims(), false, std::monostate()}).status()),
            "JVP_RULE");
}

TEST_F(JvpTest, NestsForHigherDerivatives) {
  // The second derivative of exp(x) * x is exp(x) * (x + 2).
  const double x = 0.4;
  Jvp inner(&jvp_);
  const Value outer_x = Lift(Make({}, {x}), Make({}, {1}));
  const Value both = Must(inner.Lift(outer_x, Make({}, {1})));
  const Value y = Call(inner, "mul", {both, Call(inner, "exp", {both})});
  const Value first = Must(inner.Tangent(y));
  EXPECT_THAT(PrimalOf(first), Pointwise(DoubleNear(1e-14), Numbers{std::exp(x) * (x + 1)}));
  EXPECT_THAT(TangentOf(first), Pointwise(DoubleNear(1e-14), Numbers{std::exp(x) * (x + 2)}));
}

TEST_F(JvpTest, LevelsDoNotConfusePerturbations) {
  // d/dx [x * d/dy (x + y)] is 1; who mixes up the two tangents gets 2.
  const Value x = Lift(Make({}, {1}), Make({}, {1}));
  Jvp inner(&jvp_);
  const Value y = Must(inner.Lift(Make({}, {1}), Make({}, {1})));
  const Value by_y = Must(inner.Tangent(Call(inner, "add", {x, y})));
  EXPECT_EQ(TangentOf(Call(jvp_, "mul", {x, by_y})), Numbers{1});
}

TEST_F(JvpTest, AssignReplacesPrimalAndTangent) {
  const Value x = Lift(Make({2}, {1, 2}), Make({2}, {1, 1}));
  const Value view = Call(jvp_, "select", {x}, {int64_t{0}, int64_t{1}});
  EXPECT_EQ(TangentOf(view), Numbers{1});
  Must(jvp_.Assign(x, Call(jvp_, "mul", {x, MakeScalar(3)})));
  EXPECT_EQ(PrimalOf(x), (Numbers{3, 6}));
  EXPECT_EQ(TangentOf(x), (Numbers{3, 3}));
  EXPECT_EQ(PrimalOf(view), Numbers{6});
  EXPECT_EQ(TangentOf(view), Numbers{3});
  Must(jvp_.Assign(x, Make({2}, {0, 0})));  // a constant: the tangent is zero from here on
  EXPECT_EQ(TangentOf(x), Numbers());
  EXPECT_EQ(TangentOf(view), Numbers());
}

TEST_F(JvpTest, AssignGivesATangentToWhatHadNone) {
  const Value y = Call(jvp_, "full", {}, {Dims{2, 2}, Scalar(0), kF64, DeviceId()});
  const Value earlier_view = Call(jvp_, "select", {y}, {int64_t{0}, int64_t{0}});
  const Value row = Lift(Make({2}, {1, 2}), Make({2}, {10, 20}));
  Builder g(jvp_);
  const Value written = ops::StridedScatter(g, y, row, {1}, 0);
  Must(g.status());
  Must(jvp_.Assign(y, written));
  EXPECT_EQ(TangentOf(y), (Numbers{10, 20, 0, 0}));
  EXPECT_EQ(PrimalOf(earlier_view), (Numbers{1, 2}));
  EXPECT_EQ(TangentOf(earlier_view), (Numbers{10, 20}));
}

TEST_F(JvpTest, AssignThroughAViewReachesTheWhole) {
  const Value x = Lift(Make({2, 3}, {1, 2, 3, 4, 5, 6}), nullptr);
  const Value transposed = Call(jvp_, "transpose", {x}, {int64_t{0}, int64_t{1}});
  const Value column = Call(jvp_, "select", {transposed}, {int64_t{0}, int64_t{1}});
  Must(jvp_.Assign(column, Lift(Make({2}, {20, 50}), Make({2}, {7, 8}))));
  EXPECT_EQ(PrimalOf(x), (Numbers{1, 20, 3, 4, 50, 6}));
  EXPECT_EQ(TangentOf(x), (Numbers{0, 7, 0, 0, 8, 0}));
  EXPECT_EQ(TangentOf(column), (Numbers{7, 8}));
  Must(jvp_.Assign(column, Make({2}, {0, 0})));
  EXPECT_EQ(TangentOf(x), (Numbers{0, 0, 0, 0, 0, 0}));
}

TEST_F(JvpTest, CapturedTensorsGetNoTangent) {
  const Value captured = Make({2}, {1, 2});
  const Value x = Lift(Make({2}, {3, 4}), Make({2}, {1, 1}));
  const absl::Status error = jvp_.Assign(captured, x);
  EXPECT_THAT(error.message(), HasSubstr("would give a tangent to a captured Tensor"));
  EXPECT_EQ(Read(captured), (Numbers{1, 2}));
  const Value view = Call(jvp_, "select", {captured}, {int64_t{0}, int64_t{0}});
  EXPECT_FALSE(jvp_.Assign(view, Lift(Make({}, {3}), Make({}, {1}))).ok());
  Must(jvp_.Assign(captured, Lift(Make({2}, {5, 6}), nullptr)));
  EXPECT_EQ(Read(captured), (Numbers{5, 6}));
}

TEST_F(JvpTest, AFailedAssignChangesNothing) {
  const Value x = Lift(Make({1}, {1}), Make({1}, {1}));
  const Value repeated = Call(jvp_, "expand", {x}, {Dims{2}});
  const Value source = Lift(Make({2}, {5, 6}), Make({2}, {1, 1}));
  EXPECT_THAT(jvp_.Assign(repeated, source).message(),
              HasSubstr("more than one element of the written-to tensor"));
  EXPECT_EQ(PrimalOf(x), Numbers{1});
  EXPECT_EQ(TangentOf(x), Numbers{1});
}

TEST_F(JvpTest, LongChainsOfViewsAreNoProblem) {
  Value view = Lift(Make({1, 1}, {1}), Make({1, 1}, {5}));
  const Attributes swap = {int64_t{0}, int64_t{1}};
  for (int i = 0; i < 2000; ++i) view = Call(jvp_, "transpose", {view}, swap);
  EXPECT_EQ(TangentOf(view), Numbers{5});
  Value constant = Lift(Make({1, 1}, {1}), nullptr);
  for (int i = 0; i < 300'000; ++i) {
    // Straight from the spec's side: a chain is made without looking at tangents.
    constant = Must(jvp_.Apply(*FindOp("transpose"), {constant}, swap))[0];
  }
  constant = nullptr;  // freed without recursion
}

}  // namespace
}  // namespace gradd::testing
