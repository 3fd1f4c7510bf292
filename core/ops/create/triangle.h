// What tril and triu share.
#pragma once

#include <string>

#include "core/ops/op.h"

namespace gradd::ops {

// An op that keeps one triangle of the last two dimensions.
const Op& DefineTriangle(std::string name, std::string doc);

}  // namespace gradd::ops
