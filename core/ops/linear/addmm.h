#pragma once

#include "core/ops/op.h"

namespace gradd::ops {

const Op& AddmmOp();

}  // namespace gradd::ops
