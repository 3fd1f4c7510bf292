#include "core/ops/reduction/min.h"

#include "core/ops/reduction/amin.h"
#include "core/ops/reduction/extremum.h"

namespace gradd::ops {

const Op& MinOp() {
  static const Op& op = DefineOp(ExtremumOfAllDescription(
      "min", "The smallest of all elements.",
      [](Builder& g, const Op&, ValueSpan inputs, const Attributes&, absl::Span<Value> outputs) {
        outputs[0] = g.Apply(AminOp(), {inputs[0]}, {Dims(), false});
      }));
  return op;
}

}  // namespace gradd::ops
