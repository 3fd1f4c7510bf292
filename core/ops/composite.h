// Ops that are nothing but a composition of others.
#pragma once

#include "core/ops/op.h"

namespace gradd::ops {

// A spec rule for ops with an `expand` rule: what the composition's parts say, their errors
// included.
absl::Status SpecOfExpansion(const Op& op, SpecSpan inputs, const Attributes& attributes,
                             Specs& outputs);

}  // namespace gradd::ops
