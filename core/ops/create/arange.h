#pragma once

#include "core/ops/builder.h"
#include "core/ops/op.h"

namespace gradd::ops {

const Op& ArangeOp();

Value Arange(Builder& g, int64_t end, DeviceId device);

}  // namespace gradd::ops
