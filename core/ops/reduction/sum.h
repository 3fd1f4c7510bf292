#pragma once

#include "core/ops/builder.h"
#include "core/ops/op.h"

namespace gradd::ops {

const Op& SumOp();

// Sums over `dims` (none: all of them). Summed dimensions go away, or stay with size 1.
Value Sum(Builder& g, const Value& v, DimsView dims, bool keep_dims);
// The inverse of broadcasting: sums `v` down to `shape`. REQUIRES: `shape` broadcasts to v.
Value SumTo(Builder& g, const Value& v, DimsView shape);

}  // namespace gradd::ops
