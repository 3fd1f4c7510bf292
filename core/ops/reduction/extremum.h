// What amax, amin, max, min, argmax and argmin have in common.
#pragma once

#include "core/ops/builder.h"
#include "core/ops/op.h"
#include "core/ops/reduction/reduction.h"

namespace gradd::ops {

// Of no elements there is no largest one. `name` is how PyTorch's error calls the op. `dims` are in
// range; they may count from the back.
absl::Status CheckNotEmpty(absl::string_view name, const TensorSpec& input, DimsView dims,
                           bool all_dims);

// amax and amin: the elements equal to the output share its gradient.
Op ExtremumDescription(std::string name, std::string doc);

// max and min of all elements; `expand` calls amax or amin. As in PyTorch NaNs share the gradient
// of a NaN, which those of amax do not.
Op ExtremumOfAllDescription(std::string name, std::string doc, ExpandRule expand);

// max_dim and min_dim: values and indices along a dimension; the gradient is that of the element
// that was taken.
Op ExtremumAlongDimDescription(std::string name, std::string doc);

// argmax and argmin.
Op ArgExtremumDescription(std::string name, std::string doc);

}  // namespace gradd::ops
