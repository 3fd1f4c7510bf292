#include "core/ops/cast/to.h"

#include "core/base/status.h"

namespace gradd::ops {
namespace {

enum { kDType, kDevice };

absl::Status Spec(const Op&, SpecSpan inputs, const Attributes& attributes, Specs& outputs) {
  const TensorSpec& input = *inputs[0];
  const DType dtype = attributes.Has(kDType) ? attributes.DType(kDType) : input.dtype;
  const DeviceId device = attributes.Has(kDevice) ? attributes.Device(kDevice) : input.device;
  outputs.push_back(TensorSpec::Contiguous(dtype, input.shape, device));
  return absl::OkStatus();
}

}  // namespace

const Op& ToOp() {
  static const Op& op = DefineOp({
      .name = "to",
      .doc = "The tensor converted to another dtype, moved to another device, or both.",
      .inputs = {"input"},
      .attributes = {{"dtype", AttributeKind::kDType, true},
                     {"device", AttributeKind::kDevice, true}},
      .spec = Spec,
      .vjp =
          [](Builder& g, const Recorded& r, ValueSpan cotangents, IndexSet,
             absl::Span<Value> gradients) {
            gradients[0] =
                g.Apply(ToOp(), {cotangents[0]}, {r.inputs[0].dtype, r.inputs[0].device});
          },
      .jvp =
          [](Builder& g, const Recorded& r, ValueSpan tangents, absl::Span<Value> outputs) {
            if (!IsFloating(r.outputs[0].dtype)) return;
            outputs[0] = g.Apply(ToOp(), {tangents[0]}, r.attributes);
          },
      .batch =
          [](Builder& g, const BatchCall& call, absl::Span<Value> outputs) {
            outputs[0] = g.Apply(call.op, {call.inputs[0]}, call.attributes);
          },
      .integer_range =
          [](size_t, SpecSpan, const Attributes& attributes,
             absl::Span<const IntegerRange* const> ranges) -> std::optional<IntegerRange> {
        constexpr IntegerRange kInt32 = {INT32_MIN, INT32_MAX};
        if (ranges[0] == nullptr) return std::nullopt;
        const bool wraps = attributes.Has(kDType) && attributes.DType(kDType) == DType::kInt32 &&
                           !ranges[0]->IsWithin(kInt32);
        if (wraps) return std::nullopt;
        return *ranges[0];
      },
      .node_name = "ToCopyBackward0",
  });
  return op;
}

Value Cast(Builder& g, const Value& v, DType dtype) {
  if (!v || v->spec().dtype == dtype) return v;
  return g.Apply(ToOp(), {v}, {dtype, std::monostate()});
}

}  // namespace gradd::ops
