#include "core/ops/index/adding.h"

#include "core/ops/create/full.h"

namespace gradd::ops {

Residuals AddingResiduals(const Op&, IndexSet needs) {
  Residuals residuals;
  if (needs.Contains(2)) residuals.inputs.Add(1);
  return residuals;
}

void AddingJvp(Builder& g, const Recorded& r, ValueSpan tangents, absl::Span<Value> outputs) {
  const Value base = tangents[0] ? tangents[0] : ZerosLike(g, r.inputs[0]);
  outputs[0] = tangents[2] ? g.Apply(r.op, {base, r.input(1), tangents[2]}, r.attributes) : base;
}

}  // namespace gradd::ops
