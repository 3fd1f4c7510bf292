#pragma once

#include "core/ops/builder.h"
#include "core/ops/op.h"

namespace gradd::ops {

const Op& TransposeOp();

Value Transpose(Builder& g, const Value& v, int64_t dim0, int64_t dim1);

}  // namespace gradd::ops
