#pragma once

#include "core/ops/builder.h"
#include "core/ops/op.h"

namespace gradd::ops {

const Op& StridedScatterOp();

// A copy of the contiguous `base` in which `source` stands at offset + index . strides. The layout
// must not name an element twice. A write through a view is this, assigned to the base.
Value StridedScatter(Builder& g, const Value& base, const Value& source, DimsView strides,
                     int64_t offset);

}  // namespace gradd::ops
