#pragma once

#include "core/ops/builder.h"
#include "core/ops/op.h"

namespace gradd::ops {

const Op& NllLossOp();

Value NllLoss(Builder& g, const Value& input, const Value& target, int64_t ignore_index,
              int64_t reduction);

}  // namespace gradd::ops
