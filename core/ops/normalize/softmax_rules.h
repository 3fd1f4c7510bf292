// What softmax and log_softmax have in common.
#pragma once

#include "core/ops/builder.h"
#include "core/ops/op.h"

namespace gradd::ops {

// The attributes of both: the dimension, and the dtype that the input is converted to first.
enum SoftmaxAttributes { kSoftmaxDim, kSoftmaxDType };

absl::Status SoftmaxSpec(const Op& op, SpecSpan inputs, const Attributes& attributes,
                         Specs& outputs);

// The op's vjp by its output, as a primitive: inputs cotangent and output, attribute dim.
Op SoftmaxVjpDescription(std::string name, std::string doc, ExpandRule expand);

// sum over `dim`, which stays with size 1.
Value SumAlong(Builder& g, const Value& v, int64_t dim);
// The 16-bit types as float32: between the parts of an expansion nothing is rounded to them.
Value Widened(Builder& g, const Value& v);

}  // namespace gradd::ops
