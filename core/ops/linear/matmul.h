#pragma once

#include "core/ops/builder.h"
#include "core/ops/op.h"

namespace gradd::ops {

const Op& MatmulOp();

// The matrix product. Leading dimensions broadcast; a vector counts as one row or one column.
Value Matmul(Builder& g, const Value& a, const Value& b);

}  // namespace gradd::ops
