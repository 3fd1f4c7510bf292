#pragma once

#include "core/ops/builder.h"
#include "core/ops/op.h"

namespace gradd::ops {

const Op& GatherOp();

Value Gather(Builder& g, const Value& v, int64_t dim, const Value& index);

}  // namespace gradd::ops
