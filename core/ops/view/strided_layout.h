// A layout inside a contiguous tensor, as the as_strided family takes it.
#pragma once

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "core/ops/builder.h"
#include "core/ops/op.h"
#include "core/spec/shape.h"

namespace gradd::ops {

// Refuses shapes and strides of different length, negative strides and offsets, and layouts that
// reach outside a tensor of `element_count` elements.
absl::Status CheckStridedLayout(absl::string_view op, DimsView shape, DimsView strides,
                                int64_t offset, int64_t element_count);

// The vjp of a view op that picks elements: the cotangent put back in place among zeros.
Value ViewGradient(Builder& g, const Recorded& r, const Value& cotangent);

}  // namespace gradd::ops
