#pragma once

#include "core/ops/builder.h"
#include "core/ops/op.h"

namespace gradd::ops {

const Op& ScatterAddOp();

Value ScatterAdd(Builder& g, const Value& v, int64_t dim, const Value& index, const Value& source);

}  // namespace gradd::ops
