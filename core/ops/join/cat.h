#pragma once

#include "core/ops/builder.h"
#include "core/ops/op.h"

namespace gradd::ops {

const Op& CatOp();

Value Cat(Builder& g, ValueSpan tensors, int64_t dim);

}  // namespace gradd::ops
