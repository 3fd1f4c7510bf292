#pragma once

#include "core/ops/builder.h"
#include "core/ops/op.h"

namespace gradd::ops {

const Op& AsStridedOp();

// The elements of a contiguous `v` at offset + index . strides, counted from the first element of
// `v`.
Value AsStrided(Builder& g, const Value& v, DimsView shape, DimsView strides, int64_t offset);

}  // namespace gradd::ops
