#pragma once

#include "core/ops/builder.h"
#include "core/ops/op.h"

namespace gradd::ops {

const Op& CopyOp();

// The rules of ops that put input 1, broadcast and converted, in the place of all of input 0.
void CopyVjp(Builder& g, const Recorded& r, ValueSpan cotangents, IndexSet needs,
             absl::Span<Value> gradients);
void CopyJvp(Builder& g, const Recorded& r, ValueSpan tangents, absl::Span<Value> outputs);
void CopyBatch(Builder& g, const BatchCall& call, absl::Span<Value> outputs);

}  // namespace gradd::ops
