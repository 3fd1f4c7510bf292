#include "core/ops/expr.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/reference_interpreter.h"

namespace gradd::ops {
namespace {

using ::testing::ElementsAre;
using testing::ReferenceInterpreter;
using ::testing::UnorderedElementsAre;

// Notes the names of the ops that run.
class Recorder final : public Interpreter {
 public:
  absl::StatusOr<Values> Apply(const Op& op, ValueSpan inputs,
                               const Attributes& attributes) override {
    names.push_back(op.name);
    return below_.Apply(op, inputs, attributes);
  }
  absl::Status Assign(const Value& target, const Value& source) override {
    return below_.Assign(target, source);
  }
  std::vector<std::string> names;

 private:
  ReferenceInterpreter below_;
};

class ExprTest : public ::testing::Test {
 protected:
  Recorder recorder_;
  Builder g_{recorder_};
  const Value value_ = ReferenceInterpreter::Make(DType::kFloat64, {2}, {3, 4});
  const Expr x_{g_, value_};

  std::vector<double> Read(const Expr& e) { return ReferenceInterpreter::Read(e.ToValue()); }
};

TEST_F(ExprTest, BuildsOps) {
  EXPECT_THAT(Read(x_ * x_ + sin(x_) / Expr(2) - x_),
              ElementsAre(9 + std::sin(3) / 2 - 3, 16 + std::sin(4) / 2 - 4));
  EXPECT_THAT(recorder_.names, UnorderedElementsAre("mul", "sin", "div", "add", "sub"));
}

TEST_F(ExprTest, NeutralElementsMakeNoOp) {
  for (const Expr& e : {x_ + 0, Expr(0) + x_, x_ - 0, x_ * 1, Expr(1) * x_, x_ / 1}) {
    EXPECT_TRUE(e.ToValue() == value_);
  }
  EXPECT_THAT(recorder_.names, ElementsAre());
  EXPECT_THAT(Read(x_ * -1), ElementsAre(-3, -4));
  EXPECT_THAT(Read(Expr(-1) * x_), ElementsAre(-3, -4));
  EXPECT_THAT(recorder_.names, ElementsAre("neg", "neg"));
}

TEST_F(ExprTest, ConstantsFold) {
  const Expr folded = exp(Expr(0)) * Expr(3) / Expr(2) - Expr(-1);
  ASSERT_TRUE(folded.is_constant());
  EXPECT_EQ(folded.constant(), 2.5);
  EXPECT_EQ(folded.ToValue()->kind(), ValueBase::Kind::kScalar);
}

TEST_F(ExprTest, NumbersAreConstants) {
  // As ops they would be of the default float type and round: 1 / 0.7 in float32.
  const Expr number(g_, MakeScalar(0.7));
  ASSERT_TRUE(number.is_constant());
  EXPECT_EQ((Expr(1) / number).constant(), 1 / 0.7);
  EXPECT_EQ(Expr(g_, MakeScalar(3)).constant(), 3);
  EXPECT_THAT(recorder_.names, ElementsAre());
}

}  // namespace
}  // namespace gradd::ops
