// Operators between numbers, which need no server.
#pragma once

#include <optional>
#include <string>

#include "core/spec/scalar.h"

namespace gradd::cli {

// As Python computes it; absent when Python has no such number (a division by zero, an integer too
// large for int64). `symbol`: "+", "<", …; not "@".
std::optional<Scalar> Compute(const std::string& symbol, Scalar left, Scalar right);

}  // namespace gradd::cli
