// Calls of ops by name.
#pragma once

#include "absl/strings/string_view.h"

#include "client/cli/expression/arguments.h"
#include "client/cli/expression/object.h"
#include "client/cpp/tensor_options.h"
#include "core/ops/op.h"

namespace gradd::cli {

// The op that a call names, and whether "add_" asks for the in-place form of it.
struct NamedOp {
  const Op* op;  // null: there is none
  bool in_place;
};
NamedOp FindNamedOp(absl::string_view name);

// Arguments are by position, as the client's functions take them, or by keyword. An op that makes a
// tensor of nothing takes requires_grad too; one with several outputs gives a list.
Object CallOp(NamedOp named, const Invocation& invocation, const TensorOptions& where);

// What a call gives a value for: all but the seed and the offset of a random op, which are the
// session's.
std::vector<OpArgument> GivenArgumentsOf(const Op& op);
std::vector<Parameter> ParametersOf(const Op& op);

}  // namespace gradd::cli
