#include "core/ops/view/unsafe_view.h"

#include "core/base/status.h"
#include "core/ops/rules.h"
#include "core/ops/view/view.h"

namespace gradd::ops {
namespace {

absl::Status Spec(const Op&, SpecSpan inputs, const Attributes& attributes, Specs& outputs) {
  const TensorSpec& input = *inputs[0];
  GRADD_ASSIGN_OR_RETURN(Dims shape, ResolveShape(attributes.Dims(0), input.element_count()));
  outputs.push_back(TensorSpec::Contiguous(input.dtype, std::move(shape), input.device));
  return absl::OkStatus();
}

void Batch(Builder& g, const BatchCall& call, absl::Span<Value> outputs) {
  const DimsView element = DimsView(call.inputs[0]->spec().shape).subspan(1);
  const absl::StatusOr<Dims> shape = ResolveShape(call.attributes.Dims(0), ElementCount(element));
  Dims batched = *shape;
  batched.insert(batched.begin(), call.size);
  outputs[0] = UnsafeView(g, call.inputs[0], batched);
}

}  // namespace

const Op& UnsafeViewOp() {
  static const Op& op = DefineOp({
      .name = "unsafe_view",
      .doc = "A contiguous copy under another shape: what reshape gives where no view can.",
      .inputs = {"input"},
      .attributes = {{"shape", AttributeKind::kDims}},
      .spec = Spec,
      .vjp =
          [](Builder& g, const Recorded& r, ValueSpan cotangents, IndexSet,
             absl::Span<Value> gradients) {
            gradients[0] = Reshape(g, cotangents[0], r.inputs[0].shape);
          },
      .jvp = ApplyToTangent,
      .batch = Batch,
      .integer_range = RangeOfInput<0>,
  });
  return op;
}

Value UnsafeView(Builder& g, const Value& v, DimsView shape) {
  return g.Apply(UnsafeViewOp(), {v}, {Dims(shape.begin(), shape.end())});
}

}  // namespace gradd::ops
