#include "core/ops/view/squeeze.h"

#include <algorithm>

#include "core/base/status.h"
#include "core/ops/rules.h"
#include "core/ops/view/view.h"

namespace gradd::ops {
namespace {

// The dimensions that may go: those given, or all of them.
absl::StatusOr<Dims> Candidates(const Attributes& attributes, int rank) {
  if (!attributes.Has(0)) {
    Dims all;
    for (int d = 0; d < rank; ++d) all.push_back(d);
    return all;
  }
  if (attributes.Dims(0).empty()) return Dims();  // which would mean all of them otherwise
  return NormalizeReductionDims(attributes.Dims(0), rank);
}

absl::Status Spec(const Op&, SpecSpan inputs, const Attributes& attributes, Specs& outputs) {
  const TensorSpec& input = *inputs[0];
  GRADD_ASSIGN_OR_RETURN(const Dims candidates, Candidates(attributes, input.rank()));
  TensorSpec& output = outputs.emplace_back(input);
  output.weak = false;
  output.shape.clear();
  output.strides.clear();
  for (int d = 0; d < input.rank(); ++d) {
    if (input.shape[d] == 1 &&
        std::find(candidates.begin(), candidates.end(), d) != candidates.end()) {
      continue;
    }
    output.shape.push_back(input.shape[d]);
    output.strides.push_back(input.strides[d]);
  }
  return absl::OkStatus();
}

void Batch(Builder& g, const BatchCall& call, absl::Span<Value> outputs) {
  const absl::StatusOr<Dims> candidates = Candidates(call.attributes, call.rank(0));
  Dims shifted;
  if (call.rank(0) > 0) {
    for (const int64_t dim : *candidates) shifted.push_back(dim + 1);
  }
  outputs[0] = g.Apply(call.op, {call.inputs[0]}, {shifted});
}

// squeeze(), squeeze(dim) and squeeze(dims) are three functions in PyTorch.
int Overload(SpecView, const Attributes& attributes) {
  if (!attributes.Has(0)) return 0;
  return attributes.Dims(0).size() == 1 ? 1 : 2;
}

}  // namespace

const Op& SqueezeOp() {
  static const Op& op = DefineOp({
      .name = "squeeze",
      .doc = "A view without the dimensions of size 1, or without those of them that are named.",
      .inputs = {"input"},
      .attributes = {{"dims", AttributeKind::kDims, true}},
      .spec = Spec,
      .vjp =
          [](Builder& g, const Recorded& r, ValueSpan cotangents, IndexSet,
             absl::Span<Value> gradients) {
            gradients[0] = Reshape(g, cotangents[0], r.inputs[0].shape);
          },
      .jvp = ApplyToTangent,
      .batch = Batch,
      .is_view = true,
      .node_overload = Overload,
  });
  return op;
}

}  // namespace gradd::ops
