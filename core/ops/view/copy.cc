#include "core/ops/view/copy.h"

#include "core/base/status.h"
#include "core/ops/cast/to.h"
#include "core/ops/create/full.h"
#include "core/ops/reduction/sum.h"
#include "core/ops/view/expand.h"
#include "core/ops/view/view.h"

namespace gradd::ops {
namespace {

absl::Status Spec(const Op&, SpecSpan inputs, const Attributes&, Specs& outputs) {
  const TensorSpec& input = *inputs[0];
  const TensorSpec& source = *inputs[1];
  Specs expanded;
  const TensorSpec* const from = &source;
  GRADD_RETURN_IF_ERROR(ExpandOp().spec(ExpandOp(), SpecSpan(&from, 1), {input.shape}, expanded));
  outputs.push_back(TensorSpec::Contiguous(input.dtype, input.shape, input.device));
  return absl::OkStatus();
}

}  // namespace

void CopyVjp(Builder& g, const Recorded& r, ValueSpan cotangents, IndexSet needs,
             absl::Span<Value> gradients) {
  // Nothing of the input is left; what it was made of gets zeros, not None.
  if (needs.Contains(0)) gradients[0] = ZerosLike(g, r.inputs[0]);
  if (!needs.Contains(1)) return;
  gradients[1] = g.Apply(ToOp(), {SumTo(g, cotangents[0], r.inputs[1].shape)},
                         {r.inputs[1].dtype, r.inputs[1].device});
}

void CopyJvp(Builder& g, const Recorded& r, ValueSpan tangents, absl::Span<Value> outputs) {
  const TensorSpec& output = r.outputs[0];
  if (!tangents[1] || !IsFloating(output.dtype)) return;
  outputs[0] =
      Expand(g, g.Apply(ToOp(), {tangents[1]}, {output.dtype, output.device}), output.shape);
}

void CopyBatch(Builder& g, const BatchCall& call, absl::Span<Value> outputs) {
  Dims shape = call.inputs[0]->spec().shape;
  if (!call.batched.Contains(0)) shape.insert(shape.begin(), call.size);
  Value source = call.inputs[1];
  if (call.batched.Contains(1)) {
    Dims aligned = source->spec().shape;
    aligned.insert(aligned.begin() + 1, call.rank(0) - call.rank(1), 1);
    source = Reshape(g, source, aligned);
  }
  outputs[0] = g.Apply(CopyOp(), {Expand(g, call.inputs[0], shape), source});
}

const Op& CopyOp() {
  static const Op& op = DefineOp({
      .name = "copy",
      .doc = "The source, broadcast and converted to the shape, dtype and device of the input.",
      .inputs = {"input", "source"},
      .spec = Spec,
      .vjp = CopyVjp,
      .jvp = CopyJvp,
      .batch = CopyBatch,
      .moves_devices = true,
      .node_name = "CopyBackwards",
  });
  return op;
}

}  // namespace gradd::ops
