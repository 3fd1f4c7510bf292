#pragma once

#include "core/ops/op.h"

namespace gradd::ops {

const Op& BinaryCrossEntropyWithLogitsOp();

}  // namespace gradd::ops
