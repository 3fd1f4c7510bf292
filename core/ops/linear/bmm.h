#pragma once

#include "core/ops/op.h"

namespace gradd::ops {

const Op& BmmOp();

}  // namespace gradd::ops
