#include "core/ops/normalize/softmax_vjp.h"

#include "core/ops/cast/to.h"
#include "core/ops/expr.h"
#include "core/ops/normalize/softmax_rules.h"

namespace gradd::ops {

const Op& SoftmaxVjpOp() {
  static const Op& op = DefineOp(SoftmaxVjpDescription(
      "softmax_vjp", "The cotangent times the derivative of softmax.",
      [](Builder& g, const Op&, ValueSpan inputs, const Attributes& attributes,
         absl::Span<Value> outputs) {
        const Expr cotangent(g, Widened(g, inputs[0])), y(g, Widened(g, inputs[1]));
        const Expr dot(g, SumAlong(g, (cotangent * y).ToValue(), attributes.Int(0)));
        outputs[0] = Cast(g, (y * (cotangent - dot)).ToValue(), inputs[1]->spec().dtype);
      }));
  return op;
}

Value SoftmaxVjp(Builder& g, const Value& cotangent, const Value& output, int64_t dim) {
  return g.Apply(SoftmaxVjpOp(), {cotangent, output}, {dim});
}

}  // namespace gradd::ops
