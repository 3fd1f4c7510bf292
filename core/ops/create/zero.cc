#include "core/ops/create/zero.h"

#include "core/ops/create/full.h"

namespace gradd::ops {

const Op& ZeroOp() {
  static const Op& op = DefineOp({
      .name = "zero",
      .doc = "Zeros in the place of the input's elements.",
      .inputs = {"input"},
      .spec =
          [](const Op&, SpecSpan inputs, const Attributes&, Specs& outputs) {
            outputs.push_back(
                TensorSpec::Contiguous(inputs[0]->dtype, inputs[0]->shape, inputs[0]->device));
            return absl::OkStatus();
          },
      .vjp = [](Builder& g, const Recorded& r, ValueSpan, IndexSet,
                absl::Span<Value> gradients) { gradients[0] = ZerosLike(g, r.inputs[0]); },
      .jvp = [](Builder&, const Recorded&, ValueSpan, absl::Span<Value>) {},
      .batch = [](Builder& g, const BatchCall& call,
                  absl::Span<Value> outputs) { outputs[0] = g.Apply(call.op, {call.inputs[0]}); },
      .has_in_place = true,
  });
  return op;
}

}  // namespace gradd::ops
