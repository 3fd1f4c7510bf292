#include "core/ops/loss/smooth_l1_loss.h"

#include "core/base/status.h"
#include "core/ops/loss/elementwise.h"

namespace gradd::ops {
namespace {

enum { kReduction, kBeta };

constexpr ElementwiseLoss kSmoothL1Loss = {
    .kernel_name = "smooth_l1_cpu",
    .reduction = kReduction,
    .value =
        [](const Expr& input, const Expr& target, const Attributes& attributes) {
          const double beta = attributes.Float(kBeta);
          const Expr z = abs(input - target);
          // Without the branch that divides by it.
          if (beta == 0) return z;
          return select(z < Expr(beta), z * z * Expr(0.5 / beta), z - Expr(0.5 * beta));
        },
    .derivative =
        [](const Expr& input, const Expr& target, const Attributes& attributes, int by,
           const Expr& factor) {
          const double beta = attributes.Float(kBeta);
          const Expr x = by == 0 ? input - target : target - input;
          if (beta == 0) return sign(x) * factor;
          // In this order a NaN stays one.
          return select(abs(x) >= Expr(beta), sign(x), x * Expr(1 / beta)) * factor;
        },
    .check = [](SpecSpan, const Attributes& attributes) -> absl::Status {
      if (attributes.Float(kBeta) >= 0) return absl::OkStatus();
      return InvalidArgument("BETA_NEGATIVE",
                             "smooth_l1_loss does not support negative values for beta.");
    },
};

}  // namespace

const Op& SmoothL1LossOp() {
  static const Op& op = DefineElementwiseLoss<kSmoothL1Loss>({
      .name = "smooth_l1_loss",
      .doc = "Squared differences over twice beta where they are below beta, else absolute ones "
             "less half of it; reduction: 0 none, 1 mean, 2 sum.",
      .attributes = {ReductionAttribute(), {"beta", AttributeKind::kFloat, false, 1.0}},
  });
  return op;
}

}  // namespace gradd::ops
