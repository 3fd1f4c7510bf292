#include "core/ops/loss/mse_loss.h"

#include "core/ops/loss/elementwise.h"

namespace gradd::ops {
namespace {

constexpr ElementwiseLoss kMseLoss = {
    .kernel_name = "mse_cpu",
    .reduction = 0,
    .value =
        [](const Expr& input, const Expr& target, const Attributes&) {
          const Expr difference = input - target;
          return difference * difference;
        },
    .derivative =
        [](const Expr& input, const Expr& target, const Attributes&, int by, const Expr& factor) {
          return (by == 0 ? input - target : target - input) * (Expr(2.0) * factor);
        },
};

}  // namespace

const Op& MseLossOp() {
  static const Op& op = DefineElementwiseLoss<kMseLoss>({
      .name = "mse_loss",
      .doc = "The squared differences of input and target; reduction: 0 none, 1 mean, 2 sum.",
      .attributes = {ReductionAttribute()},
  });
  return op;
}

}  // namespace gradd::ops
