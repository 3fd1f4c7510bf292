#pragma once

#include "core/ops/op.h"

namespace gradd::ops {

const Op& MvOp();

}  // namespace gradd::ops
