// Rules that many ops have word for word.
#pragma once

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

// The jvp rule of a linear op of one tensor: the op itself.
inline void ApplyToTangent(Builder& g, const Recorded& r, ValueSpan tangents,
                           absl::Span<Value> outputs) {
  outputs[0] = g.Apply(r.op, {tangents[0]}, r.attributes);
}

}  // namespace gradd::ops
