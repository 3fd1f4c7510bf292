#pragma once

#include "core/ops/op.h"

namespace gradd::ops {

const Op& LinearOp();

}  // namespace gradd::ops
