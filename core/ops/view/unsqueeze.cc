#include "core/ops/view/unsqueeze.h"

#include "core/base/status.h"
#include "core/ops/rules.h"
#include "core/ops/view/view.h"

namespace gradd::ops {
namespace {

absl::Status Spec(const Op&, SpecSpan inputs, const Attributes& attributes, Specs& outputs) {
  const TensorSpec& input = *inputs[0];
  GRADD_ASSIGN_OR_RETURN(const int dim, NormalizeDim(attributes.Int(0), input.rank() + 1));
  TensorSpec& output = outputs.emplace_back(input);
  output.weak = false;
  // As if the new dimension were the outer part of the one that follows. It is never walked, so a
  // product that does not fit makes no difference.
  int64_t stride = 1;
  if (dim < input.rank() && __builtin_mul_overflow(input.shape[dim], input.strides[dim], &stride)) {
    stride = 1;
  }
  output.shape.insert(output.shape.begin() + dim, 1);
  output.strides.insert(output.strides.begin() + dim, stride);
  return CheckShape(output.shape);
}

}  // namespace

const Op& UnsqueezeOp() {
  static const Op& op = DefineOp({
      .name = "unsqueeze",
      .doc = "A view with a dimension of size 1 put in.",
      .inputs = {"input"},
      .attributes = {{"dim", AttributeKind::kInt}},
      .spec = Spec,
      .vjp =
          [](Builder& g, const Recorded& r, ValueSpan cotangents, IndexSet,
             absl::Span<Value> gradients) {
            gradients[0] = Reshape(g, cotangents[0], r.inputs[0].shape);
          },
      .jvp = ApplyToTangent,
      .batch =
          [](Builder& g, const BatchCall& call, absl::Span<Value> outputs) {
            const absl::StatusOr<int> dim = NormalizeDim(call.attributes.Int(0), call.rank(0) + 1);
            outputs[0] = Unsqueeze(g, call.inputs[0], int64_t{*dim} + 1);
          },
      .is_view = true,
  });
  return op;
}

Value Unsqueeze(Builder& g, const Value& v, int64_t dim) {
  return g.Apply(UnsqueezeOp(), {v}, {dim});
}

}  // namespace gradd::ops
