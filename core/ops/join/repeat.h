#pragma once

#include "core/ops/builder.h"
#include "core/ops/op.h"

namespace gradd::ops {

const Op& RepeatOp();

Value Repeat(Builder& g, const Value& v, DimsView repeats);

}  // namespace gradd::ops
