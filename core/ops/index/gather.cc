#include "core/ops/index/gather.h"

#include "core/base/status.h"
#include "core/ops/create/full.h"
#include "core/ops/index/element_index.h"
#include "core/ops/index/scatter_add.h"
#include "core/ops/rules.h"

namespace gradd::ops {
namespace {

absl::Status Spec(const Op& op, SpecSpan inputs, const Attributes& attributes, Specs& outputs) {
  const TensorSpec& input = *inputs[0];
  const TensorSpec& index = *inputs[1];
  GRADD_RETURN_IF_ERROR(CheckElementIndex(op, input, attributes.Int(0), index));
  outputs.push_back(TensorSpec::Contiguous(input.dtype, index.shape, input.device));
  if (index.element_count() == 0) return absl::OkStatus();
  const ElementIndex at = LineUp(input, attributes.Int(0));
  const Dims entries = AtLeastVector(index).shape;
  for (size_t d = 0; d < entries.size(); ++d) {
    if (static_cast<int>(d) == at.dim || entries[d] <= at.spec.shape[d]) continue;
    return InvalidArgument("SHAPE_MISMATCH", "Size does not match at dimension ", d,
                           " expected index ", ToString(index.shape), " to be no larger than self ",
                           ToString(input.shape), " apart from dimension ", at.dim);
  }
  return absl::OkStatus();
}

}  // namespace

const Op& GatherOp() {
  static const Op& op = DefineOp({
      .name = "gather",
      .doc = "For each entry of index the element that it names along a dimension.",
      .inputs = {"input", "index"},
      .attributes = {{"dim", AttributeKind::kInt}},
      .arguments = {"input", "dim", "index"},
      .spec = Spec,
      .residuals = KeepInput<1>,
      .vjp =
          [](Builder& g, const Recorded& r, ValueSpan cotangents, IndexSet,
             absl::Span<Value> gradients) {
            gradients[0] = ScatterAdd(g, ZerosLike(g, r.inputs[0]), r.attributes.Int(0), r.input(1),
                                      cotangents[0]);
          },
      .jvp =
          [](Builder& g, const Recorded& r, ValueSpan tangents, absl::Span<Value> outputs) {
            outputs[0] = Gather(g, tangents[0], r.attributes.Int(0), r.input(1));
          },
      .batch = ElementIndexBatch,
      .integer_range = RangeOfInput<0>,
      .checks_indices = true,
  });
  return op;
}

Value Gather(Builder& g, const Value& v, int64_t dim, const Value& index) {
  return g.Apply(GatherOp(), {v, index}, {dim});
}

}  // namespace gradd::ops
