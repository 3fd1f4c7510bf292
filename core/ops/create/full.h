#pragma once

#include "core/ops/builder.h"
#include "core/ops/op.h"

namespace gradd::ops {

const Op& FullOp();

Value Full(Builder& g, DimsView shape, Scalar value, DType dtype, DeviceId device);
// Zeros with the shape, dtype and device of `like`.
Value ZerosLike(Builder& g, const TensorSpec& like);

}  // namespace gradd::ops
