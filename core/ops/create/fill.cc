#include "core/ops/create/fill.h"

#include "core/base/status.h"
#include "core/ops/cast/to.h"
#include "core/ops/create/full.h"
#include "core/ops/reduction/sum.h"
#include "core/ops/view/clone.h"
#include "core/ops/view/expand.h"
#include "core/ops/view/view.h"

namespace gradd::ops {
namespace {

absl::Status Spec(const Op&, SpecSpan inputs, const Attributes&, Specs& outputs) {
  const TensorSpec& input = *inputs[0];
  if (inputs[1]->rank() != 0) {
    return InvalidArgument("RANK_TOO_LARGE",
                           "fill_ only supports 0-dimension value tensor but got tensor with ",
                           inputs[1]->rank(), " dimensions.");
  }
  outputs.push_back(TensorSpec::Contiguous(input.dtype, input.shape, input.device));
  return absl::OkStatus();
}

void Vjp(Builder& g, const Recorded& r, ValueSpan cotangents, IndexSet needs,
         absl::Span<Value> gradients) {
  if (needs.Contains(0)) gradients[0] = ZerosLike(g, r.inputs[0]);
  if (!needs.Contains(1)) return;
  const TensorSpec& value = r.inputs[1];
  gradients[1] =
      g.Apply(ToOp(), {SumTo(g, cotangents[0], value.shape)}, {value.dtype, value.device});
}

void Jvp(Builder& g, const Recorded& r, ValueSpan tangents, absl::Span<Value> outputs) {
  const TensorSpec& output = r.outputs[0];
  if (!tangents[1] || !IsFloating(output.dtype)) return;
  outputs[0] =
      Expand(g, g.Apply(ToOp(), {tangents[1]}, {output.dtype, output.device}), output.shape);
}

// A value for each element of the batch is a copy that broadcasts.
void Batch(Builder& g, const BatchCall& call, absl::Span<Value> outputs) {
  Dims shape = call.inputs[0]->spec().shape;
  if (!call.batched.Contains(0)) shape.insert(shape.begin(), call.size);
  if (!call.batched.Contains(1)) {
    outputs[0] = g.Apply(call.op, {call.inputs[0], call.inputs[1]});
    return;
  }
  Dims aligned(shape.size(), 1);
  aligned[0] = call.size;
  const Value value = Cast(g, call.inputs[1], call.inputs[0]->spec().dtype);
  outputs[0] = Clone(g, Expand(g, Reshape(g, value, aligned), shape));
}

}  // namespace

const Op& FillOp() {
  static const Op& op = DefineOp({
      .name = "fill",
      .doc = "One value, a number or a tensor without dimensions, in the place of every element.",
      .inputs = {"input", "value"},
      .spec = Spec,
      .vjp = Vjp,
      .jvp = Jvp,
      .batch = Batch,
      .moves_devices = true,
      .has_in_place = true,
      .number_inputs = IndexSet(0b10),
      .node_overload = [](SpecView inputs, const Attributes&) { return inputs[1].weak ? 2 : 3; },
  });
  return op;
}

}  // namespace gradd::ops
