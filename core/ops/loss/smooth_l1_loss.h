#pragma once

#include "core/ops/op.h"

namespace gradd::ops {

const Op& SmoothL1LossOp();

}  // namespace gradd::ops
