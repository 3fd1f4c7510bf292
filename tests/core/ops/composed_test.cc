// The functions that rules are written with: they make no op where none is needed.

#include <gtest/gtest.h>

#include "core/ops/builder.h"
#include "core/ops/cast/to.h"
#include "core/ops/op_table.h"
#include "core/ops/reduction/sum.h"
#include "core/ops/view/clone.h"
#include "core/ops/view/expand.h"
#include "core/ops/view/transpose.h"
#include "core/ops/view/view.h"
#include "tests/support/must.h"
#include "tests/support/reference_interpreter.h"

namespace gradd::ops {
namespace {

using testing::Must;
using testing::ReferenceInterpreter;
using Numbers = std::vector<double>;

class ComposedTest : public ::testing::Test {
 protected:
  Numbers Read(const Value& value) {
    Must(g_.status());
    return ReferenceInterpreter::Read(value);
  }

  ReferenceInterpreter interpreter_;
  Builder g_{interpreter_};
  const Value x_ = ReferenceInterpreter::Make(DType::kFloat64, {2, 3}, {1, 2, 3, 4, 5, 6});
};

TEST_F(ComposedTest, NothingToDoIsTheSameValue) {
  EXPECT_TRUE(Cast(g_, x_, DType::kFloat64) == x_);
  EXPECT_TRUE(Contiguous(g_, x_) == x_);
  EXPECT_TRUE(Expand(g_, x_, {2, 3}) == x_);
  EXPECT_TRUE(Reshape(g_, x_, {2, 3}) == x_);
  EXPECT_TRUE(SumTo(g_, x_, {2, 3}) == x_);
}

TEST_F(ComposedTest, NullPassesThrough) {
  EXPECT_TRUE(Cast(g_, nullptr, DType::kBool) == nullptr);
  EXPECT_TRUE(Contiguous(g_, nullptr) == nullptr);
  EXPECT_TRUE(Expand(g_, nullptr, {2}) == nullptr);
  EXPECT_TRUE(Reshape(g_, nullptr, {2}) == nullptr);
  EXPECT_TRUE(SumTo(g_, nullptr, {2}) == nullptr);
}

TEST_F(ComposedTest, SumToUndoesBroadcasting) {
  EXPECT_EQ(Read(SumTo(g_, x_, {3})), (Numbers{5, 7, 9}));
  EXPECT_EQ(Read(SumTo(g_, x_, {2, 1})), (Numbers{6, 15}));
  EXPECT_EQ(Read(SumTo(g_, x_, {1})), (Numbers{21}));
  EXPECT_EQ(Read(SumTo(g_, x_, {})), (Numbers{21}));
  const Value ones = ReferenceInterpreter::Make(DType::kFloat64, {1, 1, 1}, {7});
  EXPECT_EQ(SumTo(g_, ones, {1})->spec().shape, (Dims{1}));
  const Value empty = ReferenceInterpreter::Make(DType::kFloat64, {0, 3}, {});
  EXPECT_EQ(Read(SumTo(g_, empty, {3})), (Numbers{0, 0, 0}));
}

TEST_F(ComposedTest, ReshapeCopiesWhereItMust) {
  const Value transposed = Transpose(g_, x_, 0, 1);
  EXPECT_EQ(Read(Reshape(g_, transposed, {-1})), (Numbers{1, 4, 2, 5, 3, 6}));
  EXPECT_TRUE(View(g_, transposed, {6}) == nullptr);  // and a view may not
  EXPECT_FALSE(g_.ok());
}

TEST_F(ComposedTest, ReshapeToAnotherCountFails) {
  EXPECT_TRUE(Reshape(g_, x_, {4}) == nullptr);
  EXPECT_FALSE(g_.ok());
}

}  // namespace
}  // namespace gradd::ops
