#pragma once

#include "core/ops/builder.h"
#include "core/ops/op.h"

namespace gradd::ops {

const Op& IndexOp();

// The indexed dimensions are ascending.
Value Index(Builder& g, const Value& v, DimsView dims, ValueSpan indices);

}  // namespace gradd::ops
