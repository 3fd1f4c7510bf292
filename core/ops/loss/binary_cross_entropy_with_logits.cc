#include "core/ops/loss/binary_cross_entropy_with_logits.h"

#include "core/base/status.h"
#include "core/ops/loss/elementwise.h"

namespace gradd::ops {
namespace {

absl::Status Check(SpecSpan inputs, const Attributes&) {
  const TensorSpec& input = *inputs[0];
  const TensorSpec& target = *inputs[1];
  if (input.shape != target.shape) {
    return InvalidArgument("SHAPE_MISMATCH", "Target size (", SizeString(target.shape),
                           ") must be the same as input size (", SizeString(input.shape), ")");
  }
  if (!IsFloating(input.dtype)) {
    return Unimplemented("DTYPE_UNSUPPORTED", "\"log_sigmoid_cpu\" not implemented for '",
                         ScalarTypeName(input.dtype), "'");
  }
  if (!IsFloating(target.dtype)) {
    return InvalidArgument("DTYPE_MISMATCH", "result type ", ScalarTypeName(input.dtype),
                           " can't be cast to the desired output type ",
                           ScalarTypeName(target.dtype));
  }
  return absl::OkStatus();
}

constexpr ElementwiseLoss kBinaryCrossEntropyWithLogits = {
    .kernel_name = "log_sigmoid_cpu",
    .reduction = 0,
    // (1 - t) x - log(sigmoid(x)), which is computed so that the exponential cannot overflow.
    .value =
        [](const Expr& x, const Expr& t, const Attributes&) {
          const Expr log_sigmoid = minimum(x, Expr(0.0)) - log1p(exp(-abs(x)));
          return (Expr(1.0) - t) * x - log_sigmoid;
        },
    .derivative = [](const Expr& x, const Expr& t, const Attributes&, int by,
                     const Expr& factor) { return (by == 0 ? sigmoid(x) - t : -x) * factor; },
    .check = Check,
};

}  // namespace

const Op& BinaryCrossEntropyWithLogitsOp() {
  static const Op& op = DefineElementwiseLoss<kBinaryCrossEntropyWithLogits>({
      .name = "binary_cross_entropy_with_logits",
      .doc = "The cross entropy of probabilities in target and the sigmoid of input; reduction: 0 "
             "none, 1 mean, 2 sum.",
      .attributes = {ReductionAttribute()},
  });
  return op;
}

}  // namespace gradd::ops
