// What ops along one dimension, an attribute of kind int, have in common.
#pragma once

#include "core/ops/builder.h"
#include "core/ops/op.h"

namespace gradd::ops {

// The batch rule of ops whose outputs have the shape of their inputs: the same op with the
// dimension, attribute `place`, one further.
void BatchAlongDim(Builder& g, const BatchCall& call, int place, absl::Span<Value> outputs);

}  // namespace gradd::ops
