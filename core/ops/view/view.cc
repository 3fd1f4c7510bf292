#include "core/ops/view/view.h"

#include "core/base/status.h"
#include "core/ops/view/clone.h"

namespace gradd::ops {
namespace {

absl::Status Spec(const Op&, SpecSpan inputs, const Attributes& attributes, Specs& outputs) {
  const TensorSpec& input = *inputs[0];
  GRADD_ASSIGN_OR_RETURN(Dims shape, ResolveShape(attributes.Dims(0), input.element_count()));
  const std::optional<Dims> strides = ViewStrides(input.shape, input.strides, shape);
  if (!strides.has_value()) {
    return InvalidArgument("VIEW_NEEDS_COPY",
                           "view size is not compatible with input tensor's size and stride (at "
                           "least one dimension spans across two contiguous subspaces). Use "
                           ".reshape(...) instead.");
  }
  TensorSpec& output = outputs.emplace_back(input);
  output.shape = std::move(shape);
  output.strides = *strides;
  output.weak = false;
  return absl::OkStatus();
}

}  // namespace

const Op& ViewOp() {
  static const Op& op = DefineOp({
      .name = "view",
      .doc = "The same elements under another shape, sharing storage; one size may be -1.",
      .inputs = {"input"},
      .attributes = {{"shape", AttributeKind::kDims}},
      .spec = Spec,
      .vjp =
          [](Builder& g, const Recorded& r, ValueSpan cotangents, IndexSet,
             absl::Span<Value> gradients) {
            gradients[0] = Reshape(g, cotangents[0], r.inputs[0].shape);
          },
      .jvp =
          [](Builder& g, const Recorded& r, ValueSpan tangents, absl::Span<Value> outputs) {
            outputs[0] = Reshape(g, tangents[0], r.outputs[0].shape);
          },
      .batch =
          [](Builder& g, const BatchCall& call, absl::Span<Value> outputs) {
            const DimsView element = DimsView(call.inputs[0]->spec().shape).subspan(1);
            const absl::StatusOr<Dims> shape =
                ResolveShape(call.attributes.Dims(0), ElementCount(element));
            Dims batched = *shape;
            batched.insert(batched.begin(), call.size);
            outputs[0] = Reshape(g, call.inputs[0], batched);
          },
      .is_view = true,
  });
  return op;
}

Value View(Builder& g, const Value& v, DimsView shape) {
  return g.Apply(ViewOp(), {v}, {Dims(shape.begin(), shape.end())});
}

Value Reshape(Builder& g, const Value& v, DimsView shape) {
  if (!v || DimsView(v->spec().shape) == shape) return v;
  const TensorSpec& spec = v->spec();
  const absl::StatusOr<Dims> resolved = ResolveShape(shape, spec.element_count());
  if (!resolved.ok()) {
    g.Fail(resolved.status());
    return nullptr;
  }
  const bool needs_copy = !ViewStrides(spec.shape, spec.strides, *resolved).has_value();
  return View(g, needs_copy ? Clone(g, v) : v, *resolved);
}

}  // namespace gradd::ops
