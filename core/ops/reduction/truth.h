// What all and any have in common.
#pragma once

#include <string>

#include "core/ops/op.h"

namespace gradd::ops {

// A reduction to bool.
const Op& DefineTruth(std::string name, std::string doc);

}  // namespace gradd::ops
