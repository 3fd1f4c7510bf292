#pragma once

#include "core/ops/builder.h"
#include "core/ops/op.h"

namespace gradd::ops {

const Op& SoftmaxVjpOp();

// output * (cotangent - sum(cotangent * output)), the sum along `dim`. The Jacobian is symmetric,
// so it takes tangents too.
Value SoftmaxVjp(Builder& g, const Value& cotangent, const Value& output, int64_t dim);

}  // namespace gradd::ops
