// The functions and methods that are no ops.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "client/cli/expression/arguments.h"
#include "client/cpp/tensor_options.h"

namespace gradd::cli {

// A function also serves as the method of its first argument: grad(y, x), x.reshape(2, 3).
struct Function {
  std::vector<Parameter> parameters;
  // `bound`: by those parameters.
  std::function<Object(const BoundArguments& bound, const TensorOptions& where, SourceLine source)>
      call;
};

// By name.
const std::map<std::string, Function>& Functions();

}  // namespace gradd::cli
