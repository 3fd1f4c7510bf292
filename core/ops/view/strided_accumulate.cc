#include "core/ops/view/strided_accumulate.h"

#include "core/base/status.h"
#include "core/ops/rules.h"
#include "core/ops/view/as_strided.h"
#include "core/ops/view/clone.h"
#include "core/ops/view/strided_layout.h"

namespace gradd::ops {
namespace {

enum { kShape, kStrides, kOffset };

absl::Status Spec(const Op& op, SpecSpan inputs, const Attributes& attributes, Specs& outputs) {
  const TensorSpec& input = *inputs[0];
  GRADD_RETURN_IF_ERROR(CheckShape(attributes.Dims(kShape)));
  GRADD_RETURN_IF_ERROR(CheckStridedLayout(op.name, input.shape, attributes.Dims(kStrides),
                                           attributes.Int(kOffset),
                                           ElementCount(attributes.Dims(kShape))));
  outputs.push_back(TensorSpec::Contiguous(input.dtype, attributes.Dims(kShape), input.device));
  return absl::OkStatus();
}

void Batch(Builder& g, const BatchCall& call, absl::Span<Value> outputs) {
  Dims shape = call.attributes.Dims(kShape);
  Dims strides = call.attributes.Dims(kStrides);
  strides.insert(strides.begin(), ElementCount(shape));
  shape.insert(shape.begin(), call.size);
  outputs[0] = StridedAccumulate(g, call.inputs[0], shape, strides, call.attributes.Int(kOffset));
}

}  // namespace

const Op& StridedAccumulateOp() {
  static const Op& op = DefineOp({
      .name = "strided_accumulate",
      .doc = "Zeros to which the input is added at the places that the strides name.",
      .inputs = {"input"},
      .attributes = {{"shape", AttributeKind::kDims},
                     {"strides", AttributeKind::kDims},
                     {"offset", AttributeKind::kInt, false, int64_t{0}}},
      .spec = Spec,
      .vjp =
          [](Builder& g, const Recorded& r, ValueSpan cotangents, IndexSet,
             absl::Span<Value> gradients) {
            gradients[0] = AsStrided(g, Contiguous(g, cotangents[0]), r.inputs[0].shape,
                                     r.attributes.Dims(kStrides), r.attributes.Int(kOffset));
          },
      .jvp = ApplyToTangent,
      .batch = Batch,
      .is_internal = true,
  });
  return op;
}

Value StridedAccumulate(Builder& g, const Value& v, DimsView shape, DimsView strides,
                        int64_t offset) {
  return g.Apply(StridedAccumulateOp(), {v},
                 {Dims(shape.begin(), shape.end()), Dims(strides.begin(), strides.end()), offset});
}

}  // namespace gradd::ops
