#include "core/ops/random/normal.h"

#include "core/base/status.h"
#include "core/ops/random/random_fill.h"

namespace gradd::ops {
namespace {

absl::Status Spec(const Op& op, SpecSpan inputs, const Attributes& attributes, Specs& outputs) {
  if (!(attributes.Float(1) >= 0)) {
    return InvalidArgument("NEGATIVE_DEVIATION", "normal expects std >= 0.0, but found std ",
                           attributes.Float(1));
  }
  return RandomFillSpec(op, inputs, outputs);
}

}  // namespace

const Op& NormalOp() {
  static const Op& op = DefineRandomFill(
      "normal", "Normal numbers of a mean and a standard deviation in the place of the elements.",
      Spec,
      {{"mean", AttributeKind::kFloat, false, 0.0}, {"std", AttributeKind::kFloat, false, 1.0}});
  return op;
}

}  // namespace gradd::ops
