#include "core/ops/random/uniform.h"

#include <cmath>

#include "core/base/status.h"
#include "core/ops/random/random_fill.h"

namespace gradd::ops {
namespace {

absl::Status Spec(const Op& op, SpecSpan inputs, const Attributes& attributes, Specs& outputs) {
  const double low = attributes.Float(0), high = attributes.Float(1);
  if (!std::isfinite(low) || !std::isfinite(high)) {
    return InvalidArgument("RANGE_INFINITE", std::isfinite(low) ? "to" : "from",
                           " is out of bounds for ", Name(inputs[0]->dtype));
  }
  if (low > high) {
    return InvalidArgument("RANGE_EMPTY",
                           "uniform_ expects to return a [from, to) range, but found from=", low,
                           " > to=", high);
  }
  return RandomFillSpec(op, inputs, outputs);
}

}  // namespace

const Op& UniformOp() {
  static const Op& op = DefineRandomFill(
      "uniform", "Numbers uniform in [low, high) in the place of the input's elements.", Spec,
      {{"low", AttributeKind::kFloat, false, 0.0}, {"high", AttributeKind::kFloat, false, 1.0}});
  return op;
}

}  // namespace gradd::ops
