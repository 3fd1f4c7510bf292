// Rules that many ops have word for word.
#pragma once

#include <algorithm>
#include <optional>

#include "core/ops/builder.h"
#include "core/ops/op.h"

namespace gradd::ops {

// A residuals rule: input I, or output I, whichever input wants a gradient.
template <size_t I>
Residuals KeepInput(const Op&, IndexSet) {
  Residuals residuals;
  residuals.inputs.Add(I);
  return residuals;
}
template <size_t I>
Residuals KeepOutput(const Op&, IndexSet) {
  Residuals residuals;
  residuals.outputs.Add(I);
  return residuals;
}

// Input 0 and output 0.
inline Residuals KeepInputAndOutput(const Op&, IndexSet) {
  Residuals residuals;
  residuals.inputs.Add(0);
  residuals.outputs.Add(0);
  return residuals;
}

// An integer_range rule: the output's elements are some of input I's, or of all inputs'.
template <size_t I>
std::optional<IntegerRange> RangeOfInput(size_t, SpecSpan, const Attributes&,
                                         absl::Span<const IntegerRange* const> ranges) {
  if (ranges[I] == nullptr) return std::nullopt;
  return *ranges[I];
}
inline std::optional<IntegerRange> RangeOfAllInputs(size_t, SpecSpan, const Attributes&,
                                                    absl::Span<const IntegerRange* const> ranges) {
  std::optional<IntegerRange> all;
  for (const IntegerRange* const range : ranges) {
    if (range == nullptr) return std::nullopt;
    all = all.has_value() ? all->Joined(*range) : *range;
  }
  return all;
}

// That of indices along the dimension that attribute kDim says; of all elements where it says none.
template <int kDim>
std::optional<IntegerRange> RangeOfPlaces(size_t, SpecSpan inputs, const Attributes& attributes,
                                          absl::Span<const IntegerRange* const>) {
  const TensorSpec& input = *inputs[0];
  int64_t size = input.element_count();
  if (attributes.Has(kDim) && input.rank() > 0) {
    const absl::StatusOr<int> dim = NormalizeDim(attributes.Int(kDim), input.rank());
    if (!dim.ok()) return std::nullopt;
    size = input.shape[*dim];
  }
  return IntegerRange{0, std::max<int64_t>(size, 1) - 1};
}
// That of values in order and where they came from (sort, topk, max_dim).
template <int kDim>
std::optional<IntegerRange> RangeOfTaken(size_t output, SpecSpan inputs,
                                         const Attributes& attributes,
                                         absl::Span<const IntegerRange* const> ranges) {
  return output == 0 ? RangeOfInput<0>(output, inputs, attributes, ranges)
                     : RangeOfPlaces<kDim>(output, inputs, attributes, ranges);
}

// The jvp rule of a linear op of one tensor: the op itself.
inline void ApplyToTangent(Builder& g, const Recorded& r, ValueSpan tangents,
                           absl::Span<Value> outputs) {
  outputs[0] = g.Apply(r.op, {tangents[0]}, r.attributes);
}

}  // namespace gradd::ops
