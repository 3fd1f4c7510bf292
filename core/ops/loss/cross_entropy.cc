#include "core/ops/loss/cross_entropy.h"

#include "core/base/status.h"
#include "core/ops/cast/to.h"
#include "core/ops/composite.h"
#include "core/ops/expr.h"
#include "core/ops/loss/nll_layout.h"
#include "core/ops/loss/nll_loss.h"
#include "core/ops/normalize/log_softmax.h"
#include "core/ops/op_table.h"
#include "core/ops/reduction/sum.h"

namespace gradd::ops {
namespace {

enum { kIgnoreIndex, kReduction, kLabelSmoothing };

Value SumOver(Builder& g, const Value& v, DimsView dims) {
  return v ? Sum(g, v, dims, false) : nullptr;
}

// The loss against probabilities of the classes. `input`: log_softmax.
Value AgainstProbabilities(Builder& g, const Value& input, const Value& target,
                           const Attributes& attributes) {
  if (!input) return nullptr;
  const Dims shape = input->spec().shape;
  const int dim = ClassDim(static_cast<int>(shape.size()));
  const double smoothing = attributes.Float(kLabelSmoothing);
  const int64_t reduction = attributes.Int(kReduction);
  Expr probabilities(g, target);
  if (smoothing > 0) {
    probabilities =
        probabilities * Expr(1 - smoothing) + Expr(smoothing / static_cast<double>(shape[dim]));
  }
  const Value products = (Expr(g, input) * probabilities).ToValue();
  if (reduction == kNoReduction) return (-Expr(g, SumOver(g, products, {dim}))).ToValue();
  const Expr sum = -Expr(g, SumOver(g, products, {}));
  if (reduction == kSumReduction) return sum.ToValue();
  const int64_t classes = std::max<int64_t>(1, shape[dim]);
  return (sum / Expr(static_cast<double>(ElementCount(shape) / classes))).ToValue();
}

// What is mixed with the loss against classes: the mean over all classes of the losses that they
// would have.
Value SmoothLoss(Builder& g, const Value& input, const Value& target,
                 const Attributes& attributes) {
  if (!input) return nullptr;
  const int dim = ClassDim(input->spec().rank());
  const int64_t reduction = attributes.Int(kReduction);
  const Value ignored = g.Apply(*FindOp("eq"), {target, MakeScalar(attributes.Int(kIgnoreIndex))});
  const Value losses = (-Expr(g, SumOver(g, input, {dim}))).ToValue();
  const Value kept = g.Apply(*FindOp("masked_fill"), {losses, ignored, MakeScalar(0.0)});
  if (reduction == kNoReduction) return kept;
  const Value sum = SumOver(g, kept, {});
  if (reduction == kSumReduction) return sum;
  const Value counted = g.Apply(*FindOp("logical_not"), {ignored});
  return (Expr(g, sum) / Expr(g, SumOver(g, counted, {}))).ToValue();
}

absl::Status Check(ValueSpan inputs, const Attributes& attributes) {
  GRADD_RETURN_IF_ERROR(CheckLossReduction(attributes.Int(kReduction)));
  const TensorSpec& target = inputs[1]->spec();
  const bool has_probabilities = inputs[0]->spec().shape == target.shape;
  if (has_probabilities && !IsFloating(target.dtype)) {
    return InvalidArgument("DTYPE_MISMATCH",
                           "Expected floating point type for target with class probabilities, got ",
                           ScalarTypeName(target.dtype));
  }
  if (has_probabilities && attributes.Int(kIgnoreIndex) >= 0) {
    return InvalidArgument("IGNORE_INDEX",
                           "ignore_index is not supported for floating point target");
  }
  const double smoothing = attributes.Float(kLabelSmoothing);
  if (smoothing >= 0 && smoothing <= 1) return absl::OkStatus();
  return InvalidArgument("LABEL_SMOOTHING",
                         "label_smoothing must be between 0.0 and 1.0. Got: ", smoothing);
}

void ExpandCrossEntropy(Builder& g, const Op&, ValueSpan inputs, const Attributes& attributes,
                        absl::Span<Value> outputs) {
  g.Fail(Check(inputs, attributes));
  if (!g.ok()) return;
  const Value log_softmax = LogSoftmax(g, inputs[0], ClassDim(inputs[0]->spec().rank()));
  const Value& target = inputs[1];
  if (inputs[0]->spec().shape == target->spec().shape) {
    outputs[0] = AgainstProbabilities(g, log_softmax, target, attributes);
    return;
  }
  const double smoothing = attributes.Float(kLabelSmoothing);
  outputs[0] =
      NllLoss(g, log_softmax, target, attributes.Int(kIgnoreIndex), attributes.Int(kReduction));
  if (smoothing == 0 || !g.ok()) return;
  const int dim = ClassDim(inputs[0]->spec().rank());
  const double share = smoothing / static_cast<double>(inputs[0]->spec().shape[dim]);
  const Expr smooth(g, SmoothLoss(g, log_softmax, target, attributes));
  outputs[0] = (Expr(1 - smoothing) * Expr(g, outputs[0]) + smooth * Expr(share)).ToValue();
}

}  // namespace

const Op& CrossEntropyOp() {
  static const Op& op = DefineOp({
      .name = "cross_entropy",
      .doc = "The loss of logits against classes, or against their probabilities where target has "
             "the shape of input; reduction: 0 none, 1 mean, 2 sum.",
      .inputs = {"input", "target"},
      .attributes = {{"ignore_index", AttributeKind::kInt, false, int64_t{-100}},
                     ReductionAttribute(),
                     {"label_smoothing", AttributeKind::kFloat, false, 0.0}},
      .spec = SpecOfExpansion,
      .expand = ExpandCrossEntropy,
  });
  return op;
}

}  // namespace gradd::ops
