#include "core/ops/view/t.h"

#include <utility>

#include "core/base/status.h"
#include "core/ops/view/transpose.h"

namespace gradd::ops {
namespace {

absl::Status Spec(const Op&, SpecSpan inputs, const Attributes&, Specs& outputs) {
  const TensorSpec& input = *inputs[0];
  if (input.rank() > 2) {
    return InvalidArgument("RANK_TOO_LARGE",
                           "t() expects a tensor with <= 2 dimensions, but self is ", input.rank(),
                           "D");
  }
  TensorSpec& output = outputs.emplace_back(input);
  output.weak = false;
  if (input.rank() == 2) {
    std::swap(output.shape[0], output.shape[1]);
    std::swap(output.strides[0], output.strides[1]);
  }
  return absl::OkStatus();
}

}  // namespace

const Op& TOp() {
  static const Op& op = DefineOp({
      .name = "t",
      .doc =
          "A view of a matrix with its dimensions swapped; vectors and scalars stay as they are.",
      .inputs = {"input"},
      .spec = Spec,
      .vjp = [](Builder& g, const Recorded& r, ValueSpan cotangents, IndexSet,
                absl::Span<Value> gradients) { gradients[0] = g.Apply(r.op, {cotangents[0]}); },
      .jvp = [](Builder& g, const Recorded& r, ValueSpan tangents,
                absl::Span<Value> outputs) { outputs[0] = g.Apply(r.op, {tangents[0]}); },
      .batch =
          [](Builder& g, const BatchCall& call, absl::Span<Value> outputs) {
            outputs[0] = call.rank(0) == 2 ? Transpose(g, call.inputs[0], 1, 2) : call.inputs[0];
          },
      .is_view = true,
  });
  return op;
}

}  // namespace gradd::ops
