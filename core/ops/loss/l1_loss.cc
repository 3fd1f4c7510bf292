#include "core/ops/loss/l1_loss.h"

#include "core/base/status.h"
#include "core/ops/composite.h"
#include "core/ops/expr.h"
#include "core/ops/loss/loss_reduction.h"

namespace gradd::ops {

// A composite in PyTorch too: its parts are recorded.
const Op& L1LossOp() {
  static const Op& op = DefineOp({
      .name = "l1_loss",
      .doc = "The absolute differences of input and target; reduction: 0 none, 1 mean, 2 sum.",
      .inputs = {"input", "target"},
      .attributes = {ReductionAttribute()},
      .spec =
          [](const Op& self, SpecSpan inputs, const Attributes& attributes, Specs& outputs) {
            GRADD_RETURN_IF_ERROR(CheckLossReduction(attributes.Int(0)));
            return SpecOfExpansion(self, inputs, attributes, outputs);
          },
      .expand =
          [](Builder& g, const Op&, ValueSpan inputs, const Attributes& attributes,
             absl::Span<Value> outputs) {
            const Expr difference = Expr(g, inputs[0]) - Expr(g, inputs[1]);
            outputs[0] = ReduceLoss(g, abs(difference).ToValue(), attributes.Int(0));
          },
  });
  return op;
}

}  // namespace gradd::ops
