// What index_add and scatter_add share: an input to which a source is added where an index says.
#pragma once

#include "core/ops/builder.h"
#include "core/ops/op.h"

namespace gradd::ops {

// The index, if the source wants a gradient.
Residuals AddingResiduals(const Op& op, IndexSet needs);
// The tangent of the source is added to that of the input.
void AddingJvp(Builder& g, const Recorded& r, ValueSpan tangents, absl::Span<Value> outputs);

}  // namespace gradd::ops
