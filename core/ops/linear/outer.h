#pragma once

#include "core/ops/op.h"

namespace gradd::ops {

const Op& OuterOp();

}  // namespace gradd::ops
