#pragma once

#include "core/ops/op.h"

namespace gradd::ops {

const Op& CrossEntropyOp();

}  // namespace gradd::ops
