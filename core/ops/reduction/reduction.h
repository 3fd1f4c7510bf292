// What ops that reduce dimensions have in common: attributes, shapes and rules.
#pragma once

#include <string>

#include "core/ops/builder.h"
#include "core/ops/op.h"

namespace gradd::ops {

// Where the attributes `dims` (empty: all) and `keepdim` stand among those of an op.
struct ReductionPlaces {
  int dims = 0;
  int keepdim = 1;
};

// One contiguous output of `dtype`: input 0 without the dimensions that are reduced, or with 1 in
// their places.
absl::Status ReductionSpec(SpecSpan inputs, const Attributes& attributes, ReductionPlaces places,
                           DType dtype, Specs& outputs);

// The dimensions that are reduced. REQUIRES: ReductionSpec accepted the attributes.
Dims ReducedDims(const TensorSpec& input, const Attributes& attributes, ReductionPlaces places);
// Elements that make one of the output.
int64_t ReducedCount(const TensorSpec& input, const Attributes& attributes, ReductionPlaces places);

// `v`, shaped like the output, with the dimensions that went away back as 1.
Value WithKeptDims(Builder& g, const Value& v, const TensorSpec& input,
                   const Attributes& attributes, ReductionPlaces places);

// The sum of `v`, shaped like the input, over what is reduced; shaped like the output.
Value SumReduced(Builder& g, const Value& v, const Attributes& attributes, ReductionPlaces places);

// PyTorch's node of a reduction of everything ends in 0, that of one with dimensions in 1. For ops
// with the usual places.
int ReductionOverload(SpecView inputs, const Attributes& attributes);

// The batch rule: the same op with its dimensions one further.
void BatchReduction(Builder& g, const BatchCall& call, ReductionPlaces places,
                    absl::Span<Value> outputs);

// Name, arguments (dims and keepdim at the usual places) and batch rule.
Op ReductionDescription(std::string name, std::string doc);

}  // namespace gradd::ops
