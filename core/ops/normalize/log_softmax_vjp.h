#pragma once

#include "core/ops/builder.h"
#include "core/ops/op.h"

namespace gradd::ops {

const Op& LogSoftmaxVjpOp();

// cotangent - exp(output) * sum(cotangent), the sum along `dim`.
Value LogSoftmaxVjp(Builder& g, const Value& cotangent, const Value& output, int64_t dim);

}  // namespace gradd::ops
