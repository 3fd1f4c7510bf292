// What gather and the scatter family share: an index of the rank of the tensor that it indexes.
// Tensors without dimensions count as vectors of one element.
#pragma once

#include "core/ops/builder.h"
#include "core/ops/op.h"
#include "core/spec/tensor_spec.h"

namespace gradd::ops {

TensorSpec AtLeastVector(TensorSpec spec);

// A tensor and one of its dimensions.
struct ElementIndex {
  TensorSpec spec;  // of rank 1 at least
  int dim;
  int64_t size, stride;  // of the dimension
};
// REQUIRES: `dim` is one of the tensor's.
ElementIndex LineUp(const TensorSpec& spec, int64_t dim);

// Refuses indices of another dtype or rank than PyTorch's gather takes; `dim` has to be a
// dimension.
absl::Status CheckElementIndex(const Op& op, const TensorSpec& input, int64_t dim,
                               const TensorSpec& index);

// The spec rule of scatter and scatter_add: input, index, source.
absl::Status ScatterSpec(const Op& op, SpecSpan inputs, const Attributes& attributes,
                         Specs& outputs);
// Their batch rule. Plain numbers stay what they are.
void ElementIndexBatch(Builder& g, const BatchCall& call, absl::Span<Value> outputs);

// The gradient of a scatter's source: those of the elements that it was written to.
Value SourceGradient(Builder& g, const Recorded& r, const Value& cotangent);

}  // namespace gradd::ops
