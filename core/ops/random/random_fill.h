// What ops share that put random numbers in the place of a tensor's elements.
#pragma once

#include "core/ops/builder.h"
#include "core/ops/op.h"

namespace gradd::ops {

// An op of one tensor and these attributes, to which the seed and the offset are added.
const Op& DefineRandomFill(std::string name, std::string doc, SpecRule spec,
                           std::vector<AttributeDef> attributes);

// A contiguous tensor like the first input, which has to be of a floating dtype.
absl::Status RandomFillSpec(const Op& op, SpecSpan inputs, Specs& outputs);

}  // namespace gradd::ops
