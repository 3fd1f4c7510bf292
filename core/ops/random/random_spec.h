// What the random ops share.
#pragma once

#include "core/ops/op.h"

namespace gradd::ops {

// shape, dtype, device, then the seed and the offset of a counter-based generator. Sessions fill
// the last two in (from their seed and a count of random ops), which makes the ops pure.
enum RandomAttribute { kRandomShape, kRandomDType, kRandomDevice, kRandomSeed, kRandomOffset };
std::vector<AttributeDef> RandomAttributes();

absl::Status RandomSpec(const Op& op, SpecSpan inputs, const Attributes& attributes,
                        Specs& outputs);

}  // namespace gradd::ops
