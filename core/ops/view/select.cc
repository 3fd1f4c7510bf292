#include "core/ops/view/select.h"

#include "core/base/status.h"
#include "core/ops/rules.h"
#include "core/ops/view/strided_layout.h"

namespace gradd::ops {
namespace {

enum { kDim, kIndex };

absl::Status Spec(const Op&, SpecSpan inputs, const Attributes& attributes, Specs& outputs) {
  const TensorSpec& input = *inputs[0];
  if (input.rank() == 0) {
    return InvalidArgument("RANK_TOO_SMALL", "select() cannot be applied to a 0-dim tensor.");
  }
  GRADD_ASSIGN_OR_RETURN(const int dim, NormalizeDim(attributes.Int(kDim), input.rank()));
  const int64_t size = input.shape[dim];
  int64_t index = attributes.Int(kIndex);
  if (index < -size || index >= size) {
    return InvalidArgument("INDEX_OUT_OF_RANGE", "select(): index ", index,
                           " out of range for tensor of size ", ToString(input.shape),
                           " at dimension ", dim);
  }
  if (index < 0) index += size;
  TensorSpec& output = outputs.emplace_back(input);
  output.offset += index * input.strides[dim];
  output.shape.erase(output.shape.begin() + dim);
  output.strides.erase(output.strides.begin() + dim);
  return absl::OkStatus();
}

}  // namespace

const Op& SelectOp() {
  static const Op& op = DefineOp({
      .name = "select",
      .doc = "A view of one index along a dimension, which goes away.",
      .inputs = {"input"},
      .attributes = {{"dim", AttributeKind::kInt}, {"index", AttributeKind::kInt}},
      .spec = Spec,
      .vjp = [](Builder& g, const Recorded& r, ValueSpan cotangents, IndexSet,
                absl::Span<Value> gradients) { gradients[0] = ViewGradient(g, r, cotangents[0]); },
      .jvp = ApplyToTangent,
      .batch =
          [](Builder& g, const BatchCall& call, absl::Span<Value> outputs) {
            const absl::StatusOr<int> dim = NormalizeDim(call.attributes.Int(kDim), call.rank(0));
            outputs[0] =
                g.Apply(call.op, {call.inputs[0]}, {int64_t{*dim} + 1, call.attributes[kIndex]});
          },
      .is_view = true,
  });
  return op;
}

}  // namespace gradd::ops
