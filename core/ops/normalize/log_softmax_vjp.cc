#include "core/ops/normalize/log_softmax_vjp.h"

#include "core/ops/cast/to.h"
#include "core/ops/expr.h"
#include "core/ops/normalize/softmax_rules.h"

namespace gradd::ops {

const Op& LogSoftmaxVjpOp() {
  static const Op& op = DefineOp(SoftmaxVjpDescription(
      "log_softmax_vjp", "The cotangent times the derivative of log_softmax.",
      [](Builder& g, const Op&, ValueSpan inputs, const Attributes& attributes,
         absl::Span<Value> outputs) {
        const Expr cotangent(g, Widened(g, inputs[0])), y(g, Widened(g, inputs[1]));
        const Expr sum(g, SumAlong(g, cotangent.ToValue(), attributes.Int(0)));
        outputs[0] = Cast(g, (cotangent - exp(y) * sum).ToValue(), inputs[1]->spec().dtype);
      }));
  return op;
}

Value LogSoftmaxVjp(Builder& g, const Value& cotangent, const Value& output, int64_t dim) {
  return g.Apply(LogSoftmaxVjpOp(), {cotangent, output}, {dim});
}

}  // namespace gradd::ops
