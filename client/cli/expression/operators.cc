#include "client/cli/expression/operators.h"

#include <map>

#include "absl/strings/str_cat.h"

#include "client/cli/expression/arithmetic.h"
#include "client/cli/expression/convert.h"
#include "client/cli/expression/error.h"
#include "client/cli/expression/op_call.h"

namespace gradd::cli {
namespace {

Object CallNamed(const std::string& name, const std::string& symbol, std::vector<Object> operands,
                 const TensorOptions& where, size_t offset) {
  const NamedOp op = FindNamedOp(name);
  if (op.op == nullptr) {
    throw ExpressionError(offset, absl::StrCat("there is no op for '", symbol, "'"));
  }
  Invocation invocation{name, offset, {}};
  for (Object& operand : operands) {
    if (!IsTensorLike(operand)) {
      throw ExpressionError(
          offset, absl::StrCat("'", symbol, "' has ", KindOf(operand), " for an operand"));
    }
    invocation.arguments.push_back({"", std::move(operand), offset});
  }
  return CallOp(op, invocation, where);
}

}  // namespace

Object ApplyUnary(const std::string& symbol, const Object& operand, const TensorOptions& where,
                  size_t offset) {
  if (const auto* const number = std::get_if<Scalar>(&operand)) {
    const auto result =
        Compute(symbol, number->dtype() == DType::kFloat64 ? Scalar(-0.0) : 0, *number);
    if (!result) throw ExpressionError(offset, "the number does not fit into int64");
    return *result;
  }
  if (symbol == "+") return ToTensor(operand, where, offset);
  return CallNamed("neg", symbol, {operand}, where, offset);
}

Object ApplyBinary(const std::string& symbol, const Object& left, const Object& right,
                   const TensorOptions& where, size_t offset) {
  static const auto* const ops = new std::map<std::string, std::string>{
      {"+", "add"},       {"-", "sub"},  {"*", "mul"},    {"/", "div"}, {"//", "floor_divide"},
      {"%", "remainder"}, {"**", "pow"}, {"@", "matmul"}, {"==", "eq"}, {"!=", "ne"},
      {"<", "lt"},        {"<=", "le"},  {">", "gt"},     {">=", "ge"},
  };
  const auto* const a = std::get_if<Scalar>(&left);
  const auto* const b = std::get_if<Scalar>(&right);
  if (a != nullptr && b != nullptr && symbol != "@") {
    const auto result = Compute(symbol, *a, *b);
    if (!result) {
      throw ExpressionError(offset, absl::StrCat(Print(left), " ", symbol, " ", Print(right),
                                                 " is no number that fits"));
    }
    return *result;
  }
  // 2 * b is recorded as b * 2, as in PyTorch: the tensor's edge comes first.
  const bool swapped = a != nullptr && (symbol == "+" || symbol == "*");
  std::vector<Object> operands = {swapped ? right : left, swapped ? left : right};
  return CallNamed(ops->at(symbol), symbol, std::move(operands), where, offset);
}

}  // namespace gradd::cli
