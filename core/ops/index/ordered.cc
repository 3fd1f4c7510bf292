#include "core/ops/index/ordered.h"

#include "core/ops/create/full.h"
#include "core/ops/index/gather.h"
#include "core/ops/index/scatter_add.h"
#include "core/ops/view/view.h"

namespace gradd::ops {

template <int kDim>
void OrderedRules<kDim>::Vjp(Builder& g, const Recorded& r, ValueSpan cotangents, IndexSet,
                             absl::Span<Value> gradients) {
  if (!cotangents[0]) return;
  gradients[0] =
      ScatterAdd(g, ZerosLike(g, r.inputs[0]), r.attributes.Int(kDim), r.output(1), cotangents[0]);
}

template <int kDim>
void OrderedRules<kDim>::Jvp(Builder& g, const Recorded& r, ValueSpan tangents,
                             absl::Span<Value> outputs) {
  outputs[0] = Gather(g, tangents[0], r.attributes.Int(kDim), r.output(1));
}

template <int kDim>
void OrderedRules<kDim>::Batch(Builder& g, const BatchCall& call, absl::Span<Value> outputs) {
  const absl::StatusOr<int> dim = NormalizeDim(call.attributes.Int(kDim), call.rank(0));
  std::vector<AttributeValue> attributes;
  for (size_t i = 0; i < call.attributes.size(); ++i) attributes.push_back(call.attributes[i]);
  attributes[kDim] = int64_t{*dim} + 1;
  const bool is_scalar = call.rank(0) == 0;
  const Value input = is_scalar ? Reshape(g, call.inputs[0], Dims{call.size, 1}) : call.inputs[0];
  const Values results = g.ApplyAll(call.op, {&input, 1}, Attributes(std::move(attributes)));
  for (size_t i = 0; i < results.size(); ++i) {
    outputs[i] = is_scalar ? Reshape(g, results[i], Dims{call.size}) : results[i];
  }
}

template struct OrderedRules<0>;
template struct OrderedRules<1>;

}  // namespace gradd::ops
