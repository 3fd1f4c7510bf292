#include "core/ops/view/transpose.h"

#include "core/base/status.h"
#include "core/ops/rules.h"

namespace gradd::ops {
namespace {

absl::Status Spec(const Op&, SpecSpan inputs, const Attributes& attributes, Specs& outputs) {
  const TensorSpec& input = *inputs[0];
  GRADD_ASSIGN_OR_RETURN(const int dim0, NormalizeDim(attributes.Int(0), input.rank()));
  GRADD_ASSIGN_OR_RETURN(const int dim1, NormalizeDim(attributes.Int(1), input.rank()));
  TensorSpec& output = outputs.emplace_back(input);
  output.weak = false;
  if (input.rank() > 0) {
    std::swap(output.shape[dim0], output.shape[dim1]);
    std::swap(output.strides[dim0], output.strides[dim1]);
  }
  return absl::OkStatus();
}

void Batch(Builder& g, const BatchCall& call, absl::Span<Value> outputs) {
  if (call.rank(0) == 0) {
    outputs[0] = call.inputs[0];
    return;
  }
  const absl::StatusOr<int> dim0 = NormalizeDim(call.attributes.Int(0), call.rank(0));
  const absl::StatusOr<int> dim1 = NormalizeDim(call.attributes.Int(1), call.rank(0));
  outputs[0] = Transpose(g, call.inputs[0], *dim0 + 1, *dim1 + 1);
}

}  // namespace

const Op& TransposeOp() {
  static const Op& op = DefineOp({
      .name = "transpose",
      .doc = "A view with two dimensions swapped.",
      .inputs = {"input"},
      .attributes = {{"dim0", AttributeKind::kInt}, {"dim1", AttributeKind::kInt}},
      .spec = Spec,
      .vjp =
          [](Builder& g, const Recorded& r, ValueSpan cotangents, IndexSet,
             absl::Span<Value> gradients) {
            gradients[0] = g.Apply(r.op, {cotangents[0]}, r.attributes);
          },
      .jvp = ApplyToTangent,
      .batch = Batch,
      .is_view = true,
  });
  return op;
}

Value Transpose(Builder& g, const Value& v, int64_t dim0, int64_t dim1) {
  return g.Apply(TransposeOp(), {v}, {dim0, dim1});
}

}  // namespace gradd::ops
