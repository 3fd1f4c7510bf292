#include "core/transforms/functional.h"

#include <cmath>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/ops/builder.h"
#include "core/ops/linear/matmul.h"
#include "core/ops/op_table.h"
#include "core/ops/reduction/sum.h"
#include "core/ops/view/strided_accumulate.h"
#include "tests/support/must.h"
#include "tests/support/reference_interpreter.h"

namespace gradd::testing {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pointwise;

using Numbers = std::vector<double>;

Value Make(Dims shape, Numbers values) {
  return ReferenceInterpreter::Make(DType::kFloat64, std::move(shape), std::move(values));
}

Numbers Read(const Value& value) { return ReferenceInterpreter::Read(value); }

// [exp(x0) * x1, sin(x1) * x0, x0 + x1] by plain ops on a vector x of two numbers.
absl::StatusOr<Values> Curve(Interpreter& interpreter, ValueSpan arguments) {
  Builder g(interpreter);
  const auto component = [&](int64_t i) {
    return g.Apply(*FindOp("select"), {arguments[0]}, {int64_t{0}, i});
  };
  const Value x0 = component(0), x1 = component(1);
  const Value a = g.Apply(*FindOp("mul"), {g.Apply(*FindOp("exp"), {x0}), x1});
  const Value b = g.Apply(*FindOp("mul"), {g.Apply(*FindOp("sin"), {x1}), x0});
  const Value c = g.Apply(*FindOp("add"), {x0, x1});
  if (!g.ok()) return g.status();
  return Values{a, b, c};
}

// Row i of the result: the derivatives of output i of Curve. Forward mode along all unit vectors at
// once.
absl::StatusOr<Values> CurveJacobian(Interpreter& interpreter, ValueSpan arguments) {
  Builder g(interpreter);
  const Value ones =
      g.Apply(*FindOp("full"), {}, {Dims{2}, Scalar(1), DType::kFloat64, DeviceId()});
  const Value basis = ops::StridedAccumulate(g, ones, {2, 2}, {3}, 0);
  if (!g.ok()) return g.status();
  return Vmap(interpreter,
              [&](Interpreter& batch, ValueSpan direction) -> absl::StatusOr<Values> {
                absl::StatusOr<JvpResult> result = JvpOf(batch, Curve, arguments, direction);
                if (!result.ok()) return result.status();
                return std::move(result)->tangents;
              },
              {basis}, {0});
}

TEST(VmapTest, MapsOverTheDimensionsAskedFor) {
  ReferenceInterpreter interpreter;
  const auto product = [](Interpreter& g, ValueSpan v) { return g.Apply(ops::MatmulOp(), v, {}); };
  // Vectors in the columns of the first argument, the same matrix for all of them.
  const Value columns = Make({2, 3}, {1, 2, 3, 4, 5, 6});
  const Value matrix = Make({2, 2}, {1, 0, 1, 1});
  const Values rows = Must(Vmap(interpreter, product, {columns, matrix}, {1, std::nullopt}));
  EXPECT_THAT(rows[0]->spec().shape, ElementsAre(3, 2));
  EXPECT_EQ(Read(rows[0]), (Numbers{5, 4, 7, 5, 9, 6}));
  const Values turned =
      Must(Vmap(interpreter, product, {columns, matrix}, {-1, std::nullopt}, {1}));
  EXPECT_EQ(Read(turned[0]), (Numbers{5, 7, 9, 4, 5, 6}));
}

TEST(VmapTest, RefusesArgumentsWithoutABatch) {
  ReferenceInterpreter interpreter;
  const auto same = [](Interpreter&, ValueSpan v) -> absl::StatusOr<Values> {
    return Values(v.begin(), v.end());
  };
  const Value vector = Make({2}, {1, 2});
  EXPECT_THAT(Vmap(interpreter, same, {vector}, {std::nullopt}).status().message(),
              HasSubstr("must have a dimension to map over"));
  EXPECT_THAT(Vmap(interpreter, same, {vector}, {}).status().message(),
              HasSubstr("got 0 in_dims for 1 inputs"));
  EXPECT_THAT(Vmap(interpreter, same, {vector, Make({3}, {1, 2, 3})}, {0, 0}).status().message(),
              HasSubstr("got sizes [2, 3]"));
  EXPECT_THAT(Vmap(interpreter, same, {vector}, {1}).status().message(),
              HasSubstr("Got in_dim=1 for an input"));
  EXPECT_THAT(Vmap(interpreter, same, {vector}, {0}, {1}).status().message(),
              HasSubstr("Dimension out of range"));
}

TEST(JvpOfTest, GivesOutputsAndTangents) {
  ReferenceInterpreter interpreter;
  const JvpResult result =
      Must(JvpOf(interpreter, Curve, {Make({2}, {0.5, 2})}, {Make({2}, {1, 10})}));
  EXPECT_THAT(Read(result.outputs[0]), Pointwise(DoubleNear(1e-14), Numbers{2 * std::exp(0.5)}));
  EXPECT_THAT(Read(result.tangents[0]), Pointwise(DoubleNear(1e-13), Numbers{12 * std::exp(0.5)}));
  EXPECT_EQ(Read(result.tangents[2]), Numbers{11});
  const JvpResult constant = Must(JvpOf(interpreter, Curve, {Make({2}, {0.5, 2})}, {nullptr}));
  EXPECT_EQ(Read(constant.tangents[0]), Numbers{0});
  EXPECT_THAT(JvpOf(interpreter, Curve, {Make({2}, {0.5, 2})}, {}).status().message(),
              HasSubstr("got 0 tangents for 1 inputs"));
}

TEST(ComposedTest, ForwardJacobian) {
  ReferenceInterpreter interpreter;
  const double x0 = 0.5, x1 = 2;
  const Values columns = Must(CurveJacobian(interpreter, {Make({2}, {x0, x1})}));
  EXPECT_THAT(Read(columns[0]),
              Pointwise(DoubleNear(1e-14), Numbers{std::exp(x0) * x1, std::exp(x0)}));
  EXPECT_THAT(Read(columns[1]),
              Pointwise(DoubleNear(1e-14), Numbers{std::sin(x1), std::cos(x1) * x0}));
  EXPECT_EQ(Read(columns[2]), (Numbers{1, 1}));
}

TEST(ComposedTest, ForwardOverForwardHessianOfABatch) {
  // vmap over points of the Jacobian of a Jacobian: five levels deep.
  ReferenceInterpreter interpreter;
  const Values hessians = Must(Vmap(
      interpreter,
      [](Interpreter& points, ValueSpan x) -> absl::StatusOr<Values> {
        Builder g(points);
        const Value ones =
            g.Apply(*FindOp("full"), {}, {Dims{2}, Scalar(1), DType::kFloat64, DeviceId()});
        const Value basis = ops::StridedAccumulate(g, ones, {2, 2}, {3}, 0);
        if (!g.ok()) return g.status();
        return Vmap(points,
                    [&](Interpreter& batch, ValueSpan direction) -> absl::StatusOr<Values> {
                      absl::StatusOr<JvpResult> result = JvpOf(batch, CurveJacobian, x, direction);
                      if (!result.ok()) return result.status();
                      return std::move(result)->tangents;
                    },
                    {basis}, {0});
      },
      {Make({2, 2}, {0.5, 2, -1, 3})}, {0}));
  Numbers exp_part, sin_part;
  for (const auto& [x0, x1] : {std::pair(0.5, 2.0), std::pair(-1.0, 3.0)}) {
    exp_part.insert(exp_part.end(), {std::exp(x0) * x1, std::exp(x0), std::exp(x0), 0});
    sin_part.insert(sin_part.end(), {0, std::cos(x1), std::cos(x1), -std::sin(x1) * x0});
  }
  EXPECT_THAT(hessians[0]->spec().shape, ElementsAre(2, 2, 2));
  EXPECT_THAT(Read(hessians[0]), Pointwise(DoubleNear(1e-13), exp_part));
  EXPECT_THAT(Read(hessians[1]), Pointwise(DoubleNear(1e-13), sin_part));
}

}  // namespace
}  // namespace gradd::testing
