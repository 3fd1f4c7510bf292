#pragma once

#include "core/ops/op.h"

namespace gradd::ops {

const Op& L1LossOp();

}  // namespace gradd::ops
