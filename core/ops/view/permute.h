#pragma once

#include "core/ops/builder.h"
#include "core/ops/op.h"

namespace gradd::ops {

const Op& PermuteOp();

// Dimension i of the result is dimension dims[i] of `v`.
Value Permute(Builder& g, const Value& v, DimsView dims);

}  // namespace gradd::ops
