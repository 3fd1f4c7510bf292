#pragma once

#include "core/ops/builder.h"
#include "core/ops/op.h"

namespace gradd::ops {

const Op& IndexPutOp();

// The indexed dimensions are ascending.
Value IndexPut(Builder& g, const Value& v, const Value& values, DimsView dims, bool accumulate,
               ValueSpan indices);

}  // namespace gradd::ops
