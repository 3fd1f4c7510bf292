#include "core/ops/index/flip.h"

#include "core/base/status.h"
#include "core/ops/rules.h"

namespace gradd::ops {
namespace {

// An empty list flips nothing.
absl::StatusOr<Dims> Flipped(DimsView dims, int rank) {
  return dims.empty() ? absl::StatusOr<Dims>(Dims()) : NormalizeReductionDims(dims, rank);
}

absl::Status Spec(const Op&, SpecSpan inputs, const Attributes& attributes, Specs& outputs) {
  const TensorSpec& input = *inputs[0];
  GRADD_RETURN_IF_ERROR(Flipped(attributes.Dims(0), input.rank()).status());
  outputs.push_back(TensorSpec::Contiguous(input.dtype, input.shape, input.device));
  return absl::OkStatus();
}

void Batch(Builder& g, const BatchCall& call, absl::Span<Value> outputs) {
  const absl::StatusOr<Dims> dims = Flipped(call.attributes.Dims(0), call.rank(0));
  Dims shifted;
  if (call.rank(0) > 0) {
    for (const int64_t dim : *dims) shifted.push_back(dim + 1);
  }
  outputs[0] = g.Apply(call.op, {call.inputs[0]}, {shifted});
}

}  // namespace

const Op& FlipOp() {
  static const Op& op = DefineOp({
      .name = "flip",
      .doc = "The elements in reverse order along the given dimensions.",
      .inputs = {"input"},
      .attributes = {{"dims", AttributeKind::kDims}},
      .spec = Spec,
      .vjp =
          [](Builder& g, const Recorded& r, ValueSpan cotangents, IndexSet,
             absl::Span<Value> gradients) {
            gradients[0] = g.Apply(r.op, {cotangents[0]}, r.attributes);
          },
      .jvp = ApplyToTangent,
      .batch = Batch,
      .integer_range = RangeOfInput<0>,
  });
  return op;
}

}  // namespace gradd::ops
