// From syntax to values: calls of the client, as a program would make them.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "client/cli/expression/arguments.h"
#include "client/cli/expression/object.h"
#include "client/cli/expression/syntax.h"
#include "client/cpp/connection.h"
#include "client/cpp/tensor_options.h"

namespace gradd::cli {

// Names are variables first, then dtypes and constants; functions are ops, and those of
// functions.h. "torch." before a name is passed over. Throws ExpressionError, and gradd::Error with
// a source line that OffsetOf understands.
class Evaluator {
 public:
  explicit Evaluator(const Connection& connection)
      : where_(TensorOptions().connection(connection)) {}

  // Runs the statements. `each` gets the value of each one that assigns nothing, before the next
  // runs. Returns the last one's value, of an assignment too; None of an empty program.
  Object Run(const Program& program, const std::function<void(const Object&)>& each = nullptr);

  // What names stand for after the last statement.
  const std::map<std::string, Object>& variables() const { return variables_; }

 private:
  Object Evaluate(const Syntax& syntax);
  Object EvaluateName(const std::string& name, size_t offset) const;
  Object EvaluateCall(const CallSyntax& call, size_t offset);
  Object EvaluateSubscript(const SubscriptSyntax& subscript, size_t offset);
  bool IsNamespace(const Syntax& syntax) const;

  const TensorOptions where_;
  std::map<std::string, Object> variables_;
};

}  // namespace gradd::cli
