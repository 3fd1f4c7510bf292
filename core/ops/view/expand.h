#pragma once

#include "core/ops/builder.h"
#include "core/ops/op.h"

namespace gradd::ops {

const Op& ExpandOp();

// `v` broadcast to `shape` by strides of 0; `v` itself when it has the shape already.
Value Expand(Builder& g, const Value& v, DimsView shape);

}  // namespace gradd::ops
