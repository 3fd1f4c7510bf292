#include "core/ops/reduction/max.h"

#include "core/ops/reduction/amax.h"
#include "core/ops/reduction/extremum.h"

namespace gradd::ops {

const Op& MaxOp() {
  static const Op& op = DefineOp(ExtremumOfAllDescription(
      "max", "The largest of all elements.",
      [](Builder& g, const Op&, ValueSpan inputs, const Attributes&, absl::Span<Value> outputs) {
        outputs[0] = g.Apply(AmaxOp(), {inputs[0]}, {Dims(), false});
      }));
  return op;
}

}  // namespace gradd::ops
