#pragma once

#include "core/ops/builder.h"
#include "core/ops/op.h"

namespace gradd::ops {

const Op& NllLossVjpOp();

// The cotangent of nll_loss's input, which has `shape`. nll_loss is linear in its input, so this is
// its adjoint, and nll_loss that of this.
Value NllLossVjp(Builder& g, const Value& cotangent, const Value& target, DimsView shape,
                 int64_t ignore_index, int64_t reduction);

}  // namespace gradd::ops
