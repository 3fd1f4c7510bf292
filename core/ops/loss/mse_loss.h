#pragma once

#include "core/ops/op.h"

namespace gradd::ops {

const Op& MseLossOp();

}  // namespace gradd::ops
