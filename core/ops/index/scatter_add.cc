#include "core/ops/index/scatter_add.h"

#include "core/ops/index/adding.h"
#include "core/ops/index/element_index.h"

namespace gradd::ops {
namespace {

void Vjp(Builder& g, const Recorded& r, ValueSpan cotangents, IndexSet needs,
         absl::Span<Value> gradients) {
  if (needs.Contains(0)) gradients[0] = cotangents[0];
  if (needs.Contains(2)) gradients[2] = SourceGradient(g, r, cotangents[0]);
}

}  // namespace

const Op& ScatterAddOp() {
  static const Op& op = DefineOp({
      .name = "scatter_add",
      .doc = "The input with each element of src added where index says along a dimension.",
      .inputs = {"input", "index", "src"},
      .attributes = {{"dim", AttributeKind::kInt}},
      .arguments = {"input", "dim", "index", "src"},
      .spec = ScatterSpec,
      .residuals = AddingResiduals,
      .vjp = Vjp,
      .jvp = AddingJvp,
      .batch = ElementIndexBatch,
      .checks_indices = true,
      .has_in_place = true,
  });
  return op;
}

Value ScatterAdd(Builder& g, const Value& v, int64_t dim, const Value& index, const Value& source) {
  return g.Apply(ScatterAddOp(), {v, index, source}, {dim});
}

}  // namespace gradd::ops
