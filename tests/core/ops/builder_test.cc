#include "core/ops/builder.h"

#include <gtest/gtest.h>

#include "core/base/status.h"
#include "core/ops/op_table.h"
#include "tests/support/reference_interpreter.h"

namespace gradd::testing {
namespace {

TEST(BuilderTest, SkipsEverythingAfterTheFirstError) {
  ReferenceInterpreter interpreter;
  Builder g(interpreter);
  const Value two = ReferenceInterpreter::Make(DType::kFloat64, {2}, {1, 2});
  const Value three = ReferenceInterpreter::Make(DType::kFloat64, {3}, {1, 2, 3});
  EXPECT_TRUE(g.Apply(*FindOp("add"), {two, two}) != nullptr);
  EXPECT_TRUE(g.ok());
  EXPECT_TRUE(g.Apply(*FindOp("add"), {two, three}) == nullptr);
  EXPECT_EQ(ErrorReason(g.status()), "SHAPE_MISMATCH");
  // Null inputs are what a rule passes on after an error: nobody looks at them.
  EXPECT_TRUE(g.Apply(*FindOp("neg"), {nullptr}) == nullptr);
  EXPECT_TRUE(g.ApplyAll(*FindOp("neg"), {two}).empty());
  g.Fail(NotFound("OTHER", "later"));
  EXPECT_EQ(ErrorReason(g.status()), "SHAPE_MISMATCH");
}

}  // namespace
}  // namespace gradd::testing
