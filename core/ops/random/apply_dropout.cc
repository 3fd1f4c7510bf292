#include "core/ops/random/apply_dropout.h"

#include "core/base/status.h"
#include "core/ops/create/full.h"
#include "core/ops/op_table.h"

namespace gradd::ops {
namespace {

enum { kProbability, kSeed, kOffset };

absl::Status Spec(const Op&, SpecSpan inputs, const Attributes& attributes, Specs& outputs) {
  const TensorSpec& input = *inputs[0];
  const double p = attributes.Float(kProbability);
  if (!(p >= 0 && p <= 1)) {
    return InvalidArgument("PROBABILITY_RANGE",
                           "dropout probability has to be between 0 and 1, but got ", p);
  }
  if (!IsFloating(input.dtype)) {
    return InvalidArgument("CANNOT_CAST", "result type Float can't be cast to the desired output ",
                           "type ", ScalarTypeName(input.dtype));
  }
  outputs.push_back(TensorSpec::Contiguous(input.dtype, input.shape, input.device));
  return absl::OkStatus();
}

Value Again(Builder& g, const Recorded& r, const Value& v) {
  return g.Apply(r.op, {v}, r.attributes);
}

// Every element of the batch has the same mask.
void Batch(Builder& g, const BatchCall& call, absl::Span<Value> outputs) {
  static const Op& mul = *FindOp("mul");
  const TensorSpec& spec = call.inputs[0]->spec();
  const Value ones = Full(g, DimsView(spec.shape).subspan(1), 1, spec.dtype, spec.device);
  outputs[0] = g.Apply(mul, {call.inputs[0], g.Apply(call.op, {ones}, call.attributes)});
}

}  // namespace

const Op& ApplyDropoutOp() {
  static const Op& op = DefineOp({
      .name = "apply_dropout",
      .doc = "The input times a mask that the seed and the offset make: 0 with probability p, else "
             "1 / (1 - p).",
      .inputs = {"input"},
      .attributes = {{"p", AttributeKind::kFloat},
                     {"seed", AttributeKind::kInt},
                     {"offset", AttributeKind::kInt}},
      .spec = Spec,
      .vjp = [](Builder& g, const Recorded& r, ValueSpan cotangents, IndexSet,
                absl::Span<Value> gradients) { gradients[0] = Again(g, r, cotangents[0]); },
      .jvp = [](Builder& g, const Recorded& r, ValueSpan tangents,
                absl::Span<Value> outputs) { outputs[0] = Again(g, r, tangents[0]); },
      .batch = Batch,
      .is_internal = true,
      .node_name = "MulBackward0",
  });
  return op;
}

Value ApplyDropout(Builder& g, const Value& v, double p, int64_t seed, int64_t offset) {
  return g.Apply(ApplyDropoutOp(), {v}, {p, seed, offset});
}

}  // namespace gradd::ops
