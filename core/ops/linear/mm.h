#pragma once

#include "core/ops/op.h"

namespace gradd::ops {

const Op& MmOp();

}  // namespace gradd::ops
