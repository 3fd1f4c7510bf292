#pragma once

#include "core/ops/builder.h"
#include "core/ops/op.h"

namespace gradd::ops {

const Op& SoftmaxOp();

Value Softmax(Builder& g, const Value& v, int64_t dim);

}  // namespace gradd::ops
