// What var and std have in common.
#pragma once

#include "core/ops/builder.h"
#include "core/ops/op.h"
#include "core/ops/reduction/reduction.h"

namespace gradd::ops {

// The attributes of both.
enum { kVarianceDims, kVarianceCorrection, kVarianceKeepDim };
inline constexpr ReductionPlaces kVariancePlaces = {kVarianceDims, kVarianceKeepDim};

// Name, arguments, spec and batch rule.
Op VarianceDescription(std::string name, std::string doc);

// The derivative of the variance by each element: 2 (x - mean) / (count - correction).
Value VarianceDerivative(Builder& g, const Recorded& r);

}  // namespace gradd::ops
