#include "core/ops/view/strided_scatter.h"

#include "core/base/status.h"
#include "core/ops/create/full.h"
#include "core/ops/in_place.h"
#include "core/ops/view/as_strided.h"
#include "core/ops/view/clone.h"
#include "core/ops/view/expand.h"
#include "core/ops/view/strided_layout.h"

namespace gradd::ops {
namespace {

enum { kStrides, kOffset };

absl::Status Spec(const Op& op, SpecSpan inputs, const Attributes& attributes, Specs& outputs) {
  const TensorSpec& base = *inputs[0];
  const TensorSpec& source = *inputs[1];
  if (base.dtype != source.dtype) {
    return InvalidArgument("DTYPE_MISMATCH", op.name, "(): base is ", Name(base.dtype),
                           " but source is ", Name(source.dtype));
  }
  GRADD_RETURN_IF_ERROR(CheckStridedLayout(op.name, source.shape, attributes.Dims(kStrides),
                                           attributes.Int(kOffset), base.element_count()));
  TensorSpec target = source;
  target.strides = attributes.Dims(kStrides);
  GRADD_RETURN_IF_ERROR(CheckNoOverlap(target));
  outputs.push_back(TensorSpec::Contiguous(base.dtype, base.shape, base.device));
  return absl::OkStatus();
}

void Vjp(Builder& g, const Recorded& r, ValueSpan cotangents, IndexSet needs,
         absl::Span<Value> gradients) {
  const Value cotangent = Contiguous(g, cotangents[0]);
  if (needs.Contains(0)) {
    gradients[0] = g.Apply(r.op, {cotangent, ZerosLike(g, r.inputs[1])}, r.attributes);
  }
  if (needs.Contains(1)) {
    gradients[1] = AsStrided(g, cotangent, r.inputs[1].shape, r.attributes.Dims(kStrides),
                             r.attributes.Int(kOffset));
  }
}

void Jvp(Builder& g, const Recorded& r, ValueSpan tangents, absl::Span<Value> outputs) {
  const Value base = tangents[0] ? tangents[0] : ZerosLike(g, r.inputs[0]);
  const Value source = tangents[1] ? tangents[1] : ZerosLike(g, r.inputs[1]);
  outputs[0] = g.Apply(r.op, {base, source}, r.attributes);
}

void Batch(Builder& g, const BatchCall& call, absl::Span<Value> outputs) {
  Values inputs;
  for (size_t i = 0; i < 2; ++i) {
    Dims shape = call.inputs[i]->spec().shape;
    if (!call.batched.Contains(i)) shape.insert(shape.begin(), call.size);
    inputs.push_back(Expand(g, call.inputs[i], shape));
  }
  if (!g.ok()) return;
  Dims strides = call.attributes.Dims(kStrides);
  strides.insert(strides.begin(), ElementCount(DimsView(inputs[0]->spec().shape).subspan(1)));
  outputs[0] = StridedScatter(g, inputs[0], inputs[1], strides, call.attributes.Int(kOffset));
}

}  // namespace

const Op& StridedScatterOp() {
  static const Op& op = DefineOp({
      .name = "strided_scatter",
      .doc = "The base with the source written at the places that the strides name.",
      .inputs = {"base", "source"},
      .attributes = {{"strides", AttributeKind::kDims},
                     {"offset", AttributeKind::kInt, false, int64_t{0}}},
      .spec = Spec,
      .vjp = Vjp,
      .jvp = Jvp,
      .batch = Batch,
      .is_internal = true,
      .node_name = "CopySlices",
  });
  return op;
}

Value StridedScatter(Builder& g, const Value& base, const Value& source, DimsView strides,
                     int64_t offset) {
  return g.Apply(StridedScatterOp(), {base, source},
                 {Dims(strides.begin(), strides.end()), offset});
}

}  // namespace gradd::ops
