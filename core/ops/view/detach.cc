#include "core/ops/view/detach.h"

namespace gradd::ops {

const Op& DetachOp() {
  static const Op& op = DefineOp({
      .name = "detach",
      .doc = "The same storage without the history: no gradient flows through it.",
      .inputs = {"input"},
      .spec =
          [](const Op&, SpecSpan inputs, const Attributes&, Specs& outputs) {
            outputs.push_back(*inputs[0]);
            outputs.back().weak = false;
            return absl::OkStatus();
          },
      .batch = [](Builder& g, const BatchCall& call,
                  absl::Span<Value> outputs) { outputs[0] = g.Apply(call.op, {call.inputs[0]}); },
      .is_view = true,
  });
  return op;
}

}  // namespace gradd::ops
