#pragma once

#include "core/ops/builder.h"
#include "core/ops/op.h"

namespace gradd::ops {

const Op& ProdOthersOp();

// For each element the product of all others along `dim`.
Value ProdOthers(Builder& g, const Value& v, int64_t dim);

}  // namespace gradd::ops
