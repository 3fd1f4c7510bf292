#include "core/ops/random/bernoulli.h"

#include "core/base/status.h"
#include "core/ops/create/full.h"

namespace gradd::ops {
namespace {

absl::Status Spec(const Op& op, SpecSpan inputs, const Attributes&, Specs& outputs) {
  const TensorSpec& input = *inputs[0];
  const TensorSpec& p = *inputs[1];
  if (!p.weak && !IsFloating(p.dtype)) {
    return Unimplemented("DTYPE_UNSUPPORTED", op.name, "(): not implemented for probabilities of ",
                         Name(p.dtype));
  }
  const absl::StatusOr<Dims> together = BroadcastShapes(input.shape, p.shape);
  if (!together.ok() || *together != input.shape) {
    return InvalidArgument("SHAPE_MISMATCH", op.name, "(): probabilities of shape ",
                           ToString(p.shape), " cannot be broadcast to ", ToString(input.shape));
  }
  outputs.push_back(TensorSpec::Contiguous(input.dtype, input.shape, input.device));
  return absl::OkStatus();
}

void Vjp(Builder& g, const Recorded& r, ValueSpan, IndexSet needs, absl::Span<Value> gradients) {
  for (const int i : {0, 1}) {
    if (needs.Contains(i)) gradients[i] = ZerosLike(g, r.inputs[i]);
  }
}

}  // namespace

const Op& BernoulliOp() {
  static const Op& op = DefineOp({
      .name = "bernoulli",
      .doc = "1 with probability p, else 0, in the place of the input's elements.",
      .inputs = {"input", "p"},
      .attributes = {{"seed", AttributeKind::kInt, true}, {"offset", AttributeKind::kInt, true}},
      .spec = Spec,
      .vjp = Vjp,
      .jvp = [](Builder&, const Recorded&, ValueSpan, absl::Span<Value>) {},
      .is_random = true,
      .has_in_place = true,
      .is_wrapped = true,
      .number_inputs = IndexSet(0b10),
      .node_overload = [](SpecView inputs, const Attributes&) { return inputs[1].weak ? 2 : 0; },
  });
  return op;
}

}  // namespace gradd::ops
