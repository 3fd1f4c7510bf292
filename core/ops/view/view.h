#pragma once

#include "core/ops/builder.h"
#include "core/ops/op.h"

namespace gradd::ops {

const Op& ViewOp();

// The same elements under another shape, without a copy; an error where the layout forbids that.
Value View(Builder& g, const Value& v, DimsView shape);
// The same with a copy where one is needed; `v` itself when it has the shape already.
Value Reshape(Builder& g, const Value& v, DimsView shape);

}  // namespace gradd::ops
