// How a loss makes one number of those of its elements. Attributes have no strings, so the
// attribute `reduction` is an int.
#pragma once

#include "core/ops/builder.h"
#include "core/ops/op.h"

namespace gradd::ops {

enum LossReduction : int64_t { kNoReduction = 0, kMeanReduction = 1, kSumReduction = 2 };

inline AttributeDef ReductionAttribute() {
  return {"reduction", AttributeKind::kInt, false, int64_t{kMeanReduction}};
}

absl::Status CheckLossReduction(int64_t reduction);

// The losses of the elements, their mean or their sum.
Value ReduceLoss(Builder& g, const Value& losses, int64_t reduction);

}  // namespace gradd::ops
