#include "core/ops/index/scatter.h"

#include "core/ops/create/full.h"
#include "core/ops/index/element_index.h"
#include "core/ops/rules.h"

namespace gradd::ops {
namespace {

Value ScatterZeros(Builder& g, const Recorded& r, const Value& v) {
  return g.Apply(ScatterOp(), {v, r.input(1), MakeScalar(0)}, r.attributes);
}

void Vjp(Builder& g, const Recorded& r, ValueSpan cotangents, IndexSet needs,
         absl::Span<Value> gradients) {
  if (needs.Contains(0)) gradients[0] = ScatterZeros(g, r, cotangents[0]);
  if (needs.Contains(2)) gradients[2] = SourceGradient(g, r, cotangents[0]);
}

void Jvp(Builder& g, const Recorded& r, ValueSpan tangents, absl::Span<Value> outputs) {
  const Value base = tangents[0] ? tangents[0] : ZerosLike(g, r.inputs[0]);
  outputs[0] = tangents[2] ? g.Apply(r.op, {base, r.input(1), tangents[2]}, r.attributes)
                           : ScatterZeros(g, r, base);
}

}  // namespace

const Op& ScatterOp() {
  static const Op& op = DefineOp({
      .name = "scatter",
      .doc = "The input with each element of src, or one number, written where index says along a "
             "dimension. Where index repeats, the last one stays, and gradients are not defined.",
      .inputs = {"input", "index", "src"},
      .attributes = {{"dim", AttributeKind::kInt}},
      .arguments = {"input", "dim", "index", "src"},
      .spec = ScatterSpec,
      .residuals = KeepInput<1>,
      .vjp = Vjp,
      .jvp = Jvp,
      .batch = ElementIndexBatch,
      .checks_indices = true,
      .has_in_place = true,
      .number_inputs = IndexSet(0b100),
      .node_overload = [](SpecView inputs, const Attributes&) { return inputs[2].weak ? 1 : 0; },
  });
  return op;
}

}  // namespace gradd::ops
