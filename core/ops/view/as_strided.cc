#include "core/ops/view/as_strided.h"

#include "core/base/status.h"
#include "core/ops/view/clone.h"
#include "core/ops/view/strided_accumulate.h"
#include "core/ops/view/strided_layout.h"

namespace gradd::ops {
namespace {

enum { kShape, kStrides, kOffset };

absl::Status Spec(const Op& op, SpecSpan inputs, const Attributes& attributes, Specs& outputs) {
  const TensorSpec& input = *inputs[0];
  if (!input.IsContiguous()) {
    return InvalidArgument("NOT_CONTIGUOUS", op.name, "(): the input must be contiguous");
  }
  GRADD_RETURN_IF_ERROR(CheckStridedLayout(op.name, attributes.Dims(kShape),
                                           attributes.Dims(kStrides), attributes.Int(kOffset),
                                           input.element_count()));
  TensorSpec& output = outputs.emplace_back(input);
  output.shape = attributes.Dims(kShape);
  output.weak = false;
  if (output.element_count() == 0) {
    // Any strides and any offset are allowed, and none of them has to fit.
    output.strides = ContiguousStrides(output.shape);
    return absl::OkStatus();
  }
  output.strides = attributes.Dims(kStrides);
  output.offset += attributes.Int(kOffset);
  return absl::OkStatus();
}

void Batch(Builder& g, const BatchCall& call, absl::Span<Value> outputs) {
  const Value input = Contiguous(g, call.inputs[0]);
  if (!input) return;
  Dims shape = call.attributes.Dims(kShape);
  Dims strides = call.attributes.Dims(kStrides);
  shape.insert(shape.begin(), call.size);
  strides.insert(strides.begin(), ElementCount(DimsView(input->spec().shape).subspan(1)));
  outputs[0] = AsStrided(g, input, shape, strides, call.attributes.Int(kOffset));
}

}  // namespace

const Op& AsStridedOp() {
  static const Op& op = DefineOp({
      .name = "as_strided",
      .doc = "A view of a contiguous tensor with any strides that stay inside it.",
      .inputs = {"input"},
      .attributes = {{"shape", AttributeKind::kDims},
                     {"strides", AttributeKind::kDims},
                     {"offset", AttributeKind::kInt, false, int64_t{0}}},
      .spec = Spec,
      .vjp =
          [](Builder& g, const Recorded& r, ValueSpan cotangents, IndexSet,
             absl::Span<Value> gradients) {
            gradients[0] =
                StridedAccumulate(g, cotangents[0], r.inputs[0].shape, r.attributes.Dims(kStrides),
                                  r.attributes.Int(kOffset));
          },
      .jvp =
          [](Builder& g, const Recorded& r, ValueSpan tangents, absl::Span<Value> outputs) {
            outputs[0] = g.Apply(r.op, {Contiguous(g, tangents[0])}, r.attributes);
          },
      .batch = Batch,
      .is_view = true,
  });
  return op;
}

Value AsStrided(Builder& g, const Value& v, DimsView shape, DimsView strides, int64_t offset) {
  return g.Apply(AsStridedOp(), {v},
                 {Dims(shape.begin(), shape.end()), Dims(strides.begin(), strides.end()), offset});
}

}  // namespace gradd::ops
