#include "core/ops/view/clone.h"

#include "core/ops/rules.h"

namespace gradd::ops {

const Op& CloneOp() {
  static const Op& op = DefineOp({
      .name = "clone",
      .doc = "A contiguous copy with storage of its own.",
      .inputs = {"input"},
      .spec =
          [](const Op&, SpecSpan inputs, const Attributes&, Specs& outputs) {
            outputs.push_back(
                TensorSpec::Contiguous(inputs[0]->dtype, inputs[0]->shape, inputs[0]->device));
            return absl::OkStatus();
          },
      .vjp = [](Builder&, const Recorded&, ValueSpan cotangents, IndexSet,
                absl::Span<Value> gradients) { gradients[0] = cotangents[0]; },
      .jvp = [](Builder&, const Recorded&, ValueSpan tangents,
                absl::Span<Value> outputs) { outputs[0] = tangents[0]; },
      .batch = [](Builder& g, const BatchCall& call,
                  absl::Span<Value> outputs) { outputs[0] = Clone(g, call.inputs[0]); },
      .integer_range = RangeOfInput<0>,
  });
  return op;
}

Value Clone(Builder& g, const Value& v) { return g.Apply(CloneOp(), {v}); }

Value Contiguous(Builder& g, const Value& v) {
  return !v || v->spec().IsContiguous() ? v : Clone(g, v);
}

}  // namespace gradd::ops
