#include "core/ops/normalize/log_softmax.h"

#include "core/ops/cast/to.h"
#include "core/ops/expr.h"
#include "core/ops/normalize/log_softmax_vjp.h"
#include "core/ops/normalize/softmax_rules.h"
#include "core/ops/reduction/along_dim.h"
#include "core/ops/rules.h"

namespace gradd::ops {
namespace {

// t - sum(exp(y) * t)
void Jvp(Builder& g, const Recorded& r, ValueSpan tangents, absl::Span<Value> outputs) {
  const Expr y(g, Widened(g, r.output(0)));
  const Expr tangent(g, Widened(g, Cast(g, tangents[0], r.outputs[0].dtype)));
  const Value dot = SumAlong(g, (exp(y) * tangent).ToValue(), r.attributes.Int(kSoftmaxDim));
  outputs[0] = Cast(g, (tangent - Expr(g, dot)).ToValue(), r.outputs[0].dtype);
}

}  // namespace

const Op& LogSoftmaxOp() {
  static const Op& op = DefineOp({
      .name = "log_softmax",
      .doc = "The logarithm of softmax, where it does not underflow.",
      .inputs = {"input"},
      .attributes = {{"dim", AttributeKind::kInt}, {"dtype", AttributeKind::kDType, true}},
      .spec = SoftmaxSpec,
      .residuals = KeepOutput<0>,
      .vjp =
          [](Builder& g, const Recorded& r, ValueSpan cotangents, IndexSet,
             absl::Span<Value> gradients) {
            const Value gradient =
                LogSoftmaxVjp(g, cotangents[0], r.output(0), r.attributes.Int(kSoftmaxDim));
            gradients[0] = Cast(g, gradient, r.inputs[0].dtype);
          },
      .jvp = Jvp,
      .batch = [](Builder& g, const BatchCall& call,
                  absl::Span<Value> outputs) { BatchAlongDim(g, call, kSoftmaxDim, outputs); },
  });
  return op;
}

Value LogSoftmax(Builder& g, const Value& v, int64_t dim) {
  return g.Apply(LogSoftmaxOp(), {v}, {dim, std::monostate()});
}

}  // namespace gradd::ops
