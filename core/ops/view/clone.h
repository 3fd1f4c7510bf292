#pragma once

#include "core/ops/builder.h"
#include "core/ops/op.h"

namespace gradd::ops {

const Op& CloneOp();

// A copy with storage of its own, contiguous.
Value Clone(Builder& g, const Value& v);
// `v` itself when it is contiguous, else a contiguous copy.
Value Contiguous(Builder& g, const Value& v);

}  // namespace gradd::ops
