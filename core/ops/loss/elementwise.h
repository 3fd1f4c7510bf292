// Losses that compare an input with a target element by element.
//
// Such a loss is a formula of input, target and the op's attributes, and its derivative, both
// written over Expr; every rule follows. Recorded, it is one node.
#pragma once

#include "core/ops/expr.h"
#include "core/ops/loss/loss_reduction.h"

namespace gradd::ops {

struct ElementwiseLoss {
  const char* kernel_name;  // in PyTorch's error for integers
  int reduction;            // place of the attribute
  Expr (*value)(const Expr& input, const Expr& target, const Attributes& attributes);
  // The partial derivative by the input (0) or the target (1), times `factor`.
  Expr (*derivative)(const Expr& input, const Expr& target, const Attributes& attributes, int by,
                     const Expr& factor);
  // What else is wrong with the arguments; null: nothing.
  absl::Status (*check)(SpecSpan inputs, const Attributes& attributes);
};

absl::Status ElementwiseLossSpec(const ElementwiseLoss& loss, SpecSpan inputs,
                                 const Attributes& attributes, Specs& outputs);
void ExpandElementwiseLoss(Builder& g, const ElementwiseLoss& loss, ValueSpan inputs,
                           const Attributes& attributes, absl::Span<Value> outputs);
void ElementwiseLossVjp(Builder& g, const ElementwiseLoss& loss, const Recorded& r,
                        const Value& cotangent, IndexSet needs, absl::Span<Value> gradients);
void ElementwiseLossJvp(Builder& g, const ElementwiseLoss& loss, const Recorded& r,
                        ValueSpan tangents, absl::Span<Value> outputs);

// `op` with the rules of kLoss.
template <const ElementwiseLoss& kLoss>
const Op& DefineElementwiseLoss(Op op) {
  op.inputs = {"input", "target"};
  op.spec = [](const Op&, SpecSpan inputs, const Attributes& attributes, Specs& outputs) {
    return ElementwiseLossSpec(kLoss, inputs, attributes, outputs);
  };
  op.residuals = [](const Op&, IndexSet) {
    Residuals residuals;
    residuals.inputs.Add(0);
    residuals.inputs.Add(1);
    return residuals;
  };
  op.vjp = [](Builder& g, const Recorded& r, ValueSpan cotangents, IndexSet needs,
              absl::Span<Value> gradients) {
    ElementwiseLossVjp(g, kLoss, r, cotangents[0], needs, gradients);
  };
  op.jvp = [](Builder& g, const Recorded& r, ValueSpan tangents, absl::Span<Value> outputs) {
    ElementwiseLossJvp(g, kLoss, r, tangents, outputs);
  };
  op.expand = [](Builder& g, const Op&, ValueSpan inputs, const Attributes& attributes,
                 absl::Span<Value> outputs) {
    ExpandElementwiseLoss(g, kLoss, inputs, attributes, outputs);
  };
  return DefineOp(std::move(op));
}

}  // namespace gradd::ops
