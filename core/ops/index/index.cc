#include "core/ops/index/index.h"

#include "core/base/status.h"
#include "core/ops/create/full.h"
#include "core/ops/index/index_layout.h"
#include "core/ops/index/index_put.h"
#include "core/ops/rules.h"
#include "core/ops/view/permute.h"

namespace gradd::ops {
namespace {

absl::Status Spec(const Op&, SpecSpan inputs, const Attributes& attributes, Specs& outputs) {
  const TensorSpec& input = *inputs[0];
  GRADD_ASSIGN_OR_RETURN(IndexLayout layout,
                         LayOutIndex(input, attributes.Dims(0), inputs.subspan(1)));
  outputs.push_back(TensorSpec::Contiguous(input.dtype, std::move(layout.shape), input.device));
  return absl::OkStatus();
}

Residuals KeepIndices(const Op&, IndexSet) {
  Residuals residuals;
  residuals.inputs = IndexSet(~uint64_t{1});
  return residuals;
}

void Vjp(Builder& g, const Recorded& r, ValueSpan cotangents, IndexSet,
         absl::Span<Value> gradients) {
  gradients[0] = IndexPut(g, ZerosLike(g, r.inputs[0]), cotangents[0], r.attributes.Dims(0), true,
                          r.saved.subspan(1, r.inputs.size() - 1));
}

void Jvp(Builder& g, const Recorded& r, ValueSpan tangents, absl::Span<Value> outputs) {
  outputs[0] = Index(g, tangents[0], r.attributes.Dims(0), r.saved.subspan(1, r.inputs.size() - 1));
}

void Batch(Builder& g, const BatchCall& call, absl::Span<Value> outputs) {
  Dims dims = call.attributes.Dims(0);
  absl::InlinedVector<const TensorSpec*, 4> indices;
  for (size_t i = 1; i < call.inputs.size(); ++i) {
    if (call.batched.Contains(i)) return;  // an index each: the loop
    indices.push_back(&call.inputs[i]->spec());
  }
  for (int64_t& dim : dims) ++dim;
  const absl::StatusOr<IndexLayout> layout = LayOutIndex(call.inputs[0]->spec(), dims, indices);
  const Value result = Index(g, call.inputs[0], dims, call.inputs.subspan(1));
  if (layout->is_adjacent() || !result) {
    outputs[0] = result;
    return;
  }
  // The entries stand in front of the batch then.
  const auto entries = static_cast<int64_t>(layout->entries.size());
  Dims order = {entries};
  for (int64_t d = 0; d < result->spec().rank(); ++d) {
    if (d != entries) order.push_back(d);
  }
  outputs[0] = Permute(g, result, order);
}

}  // namespace

const Op& IndexOp() {
  static const Op& op = DefineOp({
      .name = "index",
      .doc = "The elements that index tensors, one for each of some dimensions, name together.",
      .inputs = {"input", "indices"},
      .attributes = {{"dims", AttributeKind::kDims}},
      .spec = Spec,
      .residuals = KeepIndices,
      .vjp = Vjp,
      .jvp = Jvp,
      .batch = Batch,
      .integer_range = RangeOfInput<0>,
      .checks_indices = true,
      .is_variadic = true,
      .is_wrapped = true,
  });
  return op;
}

Value Index(Builder& g, const Value& v, DimsView dims, ValueSpan indices) {
  Values inputs = {v};
  inputs.insert(inputs.end(), indices.begin(), indices.end());
  return g.ApplySpan(IndexOp(), inputs, {Dims(dims.begin(), dims.end())});
}

}  // namespace gradd::ops
