#pragma once

#include "core/ops/builder.h"
#include "core/ops/op.h"

namespace gradd::ops {

const Op& ApplyDropoutOp();

Value ApplyDropout(Builder& g, const Value& v, double p, int64_t seed, int64_t offset);

}  // namespace gradd::ops
