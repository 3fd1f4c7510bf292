#pragma once

#include "core/ops/builder.h"
#include "core/ops/op.h"

namespace gradd::ops {

const Op& UnsafeViewOp();

// A contiguous copy of `v` under another shape of as many elements.
Value UnsafeView(Builder& g, const Value& v, DimsView shape);

}  // namespace gradd::ops
