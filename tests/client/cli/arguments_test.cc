#include "client/cli/expression/arguments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/cli/expression/error.h"
#include "client/cli/expression/op_call.h"
#include "core/ops/op_table.h"

namespace gradd::cli {
namespace {

const std::vector<Parameter> kParameters = {{"shape", true, true}, {"value"}, {"dtype", false}};

Argument At(size_t offset, Object value, std::string keyword = "") {
  return {std::move(keyword), std::move(value), offset};
}

std::string Message(const std::vector<Argument>& arguments) {
  const Invocation invocation{"f", 0, arguments};
  try {
    const BoundArguments bound(invocation, kParameters);
  } catch (const ExpressionError& error) {
    return absl::StrCat(error.offset(), ": ", error.what());
  }
  return "nothing was thrown";
}

TEST(Arguments, GatherNumbersForAListAsLongAsOthersAreLeft) {
  const Invocation invocation{"f", 0, {At(2, Scalar(4)), At(5, Scalar(5)), At(8, Scalar(6))}};
  const BoundArguments bound(invocation, kParameters);
  EXPECT_EQ(Print(bound[0]), "(4, 5)");
  EXPECT_EQ(Print(bound[1]), "6");
  EXPECT_EQ(bound.offset(1), 8u);
  EXPECT_FALSE(bound.Has(2));
  EXPECT_EQ(Print(bound[2]), "None");

  const Invocation named{"f", 0, {At(2, Scalar(4)), At(5, Scalar(5)), At(8, Scalar(1), "value")}};
  EXPECT_EQ(Print(BoundArguments(named, kParameters)[0]), "(4, 5)");
}

TEST(Arguments, GoToThoseThatAreNeededFirst) {
  const std::vector<Parameter> parameters = {{"start", false}, {"end"}, {"step", false}};
  const auto bound = [&](const std::vector<Argument>& arguments) {
    const Invocation invocation{"arange", 0, arguments};
    const BoundArguments all(invocation, parameters);
    return absl::StrCat(Print(all[0]), " ", Print(all[1]), " ", Print(all[2]));
  };
  EXPECT_EQ(bound({At(1, Scalar(5))}), "None 5 None");
  EXPECT_EQ(bound({At(1, Scalar(2)), At(3, Scalar(5))}), "2 5 None");
  EXPECT_EQ(bound({At(1, Scalar(2)), At(3, Scalar(5)), At(5, Scalar(3))}), "2 5 3");
  EXPECT_EQ(bound({At(1, Scalar(2)), At(3, Scalar(5), "end")}), "2 5 None");
}

TEST(Arguments, AreRefusedWithTheirPlace) {
  EXPECT_EQ(Message({}), "0: f() is missing the argument 'shape'");
  EXPECT_EQ(Message({At(2, Scalar(1))}), "0: f() is missing the argument 'value'");
  EXPECT_EQ(Message({At(2, Scalar(1)), At(5, Scalar(1)), At(8, Scalar(1), "size")}),
            "8: f() has no argument 'size'");
  EXPECT_EQ(Message({At(2, Scalar(1.5)), At(5, Scalar(1)), At(8, Scalar(1), "value")}),
            "8: f() got the argument 'value' twice");
  EXPECT_EQ(Message({At(2, None{}), At(5, None{}), At(8, None{}), At(9, None{})}),
            "9: f() takes 3 positional arguments, but got 4");
}

TEST(OpCall, HasParametersForEveryOp) {
  for (const Op* op : AllOps()) {
    if (op->is_internal) continue;
    EXPECT_EQ(FindNamedOp(op->name).op, op);
    const std::vector<Parameter> parameters = ParametersOf(*op);
    const size_t hidden = op->is_random ? 2 : 0, added = op->inputs.empty() ? 1 : 0;
    EXPECT_EQ(parameters.size(), op->inputs.size() + op->attributes.size() - hidden + added)
        << op->name;
  }
  EXPECT_TRUE(FindNamedOp("add_").in_place);
  EXPECT_EQ(FindNamedOp("sum_").op, nullptr) << "has no in-place form";
  EXPECT_EQ(FindNamedOp("nothing").op, nullptr);
}

}  // namespace
}  // namespace gradd::cli
