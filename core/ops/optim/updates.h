// What observers are told of work over many tensors at once (core/kernels/multi_tensor.h). These
// ops are names only: they have no rules, are not in AllOps() and nothing applies them.
#pragma once

#include "core/ops/op.h"

namespace gradd::ops {

const Op& SgdUpdateOp();
const Op& AdamUpdateOp();
const Op& AdamWUpdateOp();
const Op& RmspropUpdateOp();
const Op& ClipGradNormOp();
const Op& ClipGradValueOp();

}  // namespace gradd::ops
