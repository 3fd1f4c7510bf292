#pragma once

#include "core/ops/builder.h"
#include "core/ops/op.h"

namespace gradd::ops {

const Op& MeanOp();

// Over `dims` (none: all of them), which go away or stay with size 1.
Value Mean(Builder& g, const Value& v, DimsView dims, bool keep_dims);

}  // namespace gradd::ops
