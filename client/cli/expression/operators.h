// Operators, between numbers and between tensors.
#pragma once

#include <string>

#include "client/cli/expression/object.h"
#include "client/cpp/tensor_options.h"

namespace gradd::cli {

// `offset`: of the symbol.
Object ApplyUnary(const std::string& symbol, const Object& operand, const TensorOptions& where,
                  size_t offset);
Object ApplyBinary(const std::string& symbol, const Object& left, const Object& right,
                   const TensorOptions& where, size_t offset);

}  // namespace gradd::cli
