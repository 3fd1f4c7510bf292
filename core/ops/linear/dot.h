#pragma once

#include "core/ops/op.h"

namespace gradd::ops {

const Op& DotOp();

}  // namespace gradd::ops
