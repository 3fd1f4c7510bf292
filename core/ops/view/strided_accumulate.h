#pragma once

#include "core/ops/builder.h"
#include "core/ops/op.h"

namespace gradd::ops {

const Op& StridedAccumulateOp();

// Zeros of `shape` to which `v` is added at offset + index . strides; the transpose of AsStrided.
Value StridedAccumulate(Builder& g, const Value& v, DimsView shape, DimsView strides,
                        int64_t offset);

}  // namespace gradd::ops
