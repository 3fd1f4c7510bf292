#pragma once

#include "core/ops/builder.h"
#include "core/ops/op.h"

namespace gradd::ops {

const Op& ToOp();

// `v` as `dtype`; `v` itself when it has that already. Differentiable between floating types.
Value Cast(Builder& g, const Value& v, DType dtype);

}  // namespace gradd::ops
