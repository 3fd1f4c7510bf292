#include "core/ops/random/dropout.h"

#include "core/base/status.h"
#include "core/ops/random/apply_dropout.h"
#include "core/ops/view/clone.h"

namespace gradd::ops {
namespace {

enum { kProbability, kTrain, kSeed, kOffset };

absl::Status Spec(const Op&, SpecSpan inputs, const Attributes& attributes, Specs& outputs) {
  const double p = attributes.Float(kProbability);
  if (attributes.Bool(kTrain)) {
    return InferSpecs(ApplyDropoutOp(), inputs, {p, int64_t{0}, int64_t{0}}, outputs);
  }
  if (!(p >= 0 && p <= 1)) {
    return InvalidArgument("PROBABILITY_RANGE",
                           "dropout probability has to be between 0 and 1, but got ", p);
  }
  outputs.push_back(TensorSpec::Contiguous(inputs[0]->dtype, inputs[0]->shape, inputs[0]->device));
  return absl::OkStatus();
}

void Expansion(Builder& g, const Op&, ValueSpan inputs, const Attributes& attributes,
               absl::Span<Value> outputs) {
  const double p = attributes.Float(kProbability);
  outputs[0] = attributes.Bool(kTrain) && p > 0
                   ? ApplyDropout(g, inputs[0], p, attributes.Int(kSeed), attributes.Int(kOffset))
                   : Clone(g, inputs[0]);
}

}  // namespace

const Op& DropoutOp() {
  static const Op& op = DefineOp({
      .name = "dropout",
      .doc = "While training, zeros with probability p and the other elements times 1 / (1 - p); "
             "else a copy.",
      .inputs = {"input"},
      .attributes = {{"p", AttributeKind::kFloat, false, 0.5},
                     {"train", AttributeKind::kBool, false, true},
                     {"seed", AttributeKind::kInt, true},
                     {"offset", AttributeKind::kInt, true}},
      .spec = Spec,
      .expand = Expansion,
      .is_random = true,
      .is_wrapped = true,
  });
  return op;
}

}  // namespace gradd::ops
