#include "core/ops/reduction/var.h"

#include "core/ops/expr.h"
#include "core/ops/reduction/variance.h"
#include "core/ops/rules.h"

namespace gradd::ops {

const Op& VarOp() {
  static const Op& op = []() -> const Op& {
    Op op = VarianceDescription(
        "var",
        "The variance over the given dimensions, or over all; divided by count - correction.");
    op.residuals = KeepInput<0>;
    op.vjp = [](Builder& g, const Recorded& r, ValueSpan cotangents, IndexSet,
                absl::Span<Value> gradients) {
      const Expr cotangent(
          g, WithKeptDims(g, cotangents[0], r.inputs[0], r.attributes, kVariancePlaces));
      gradients[0] = (Expr(g, VarianceDerivative(g, r)) * cotangent).ToValue();
    };
    op.jvp = [](Builder& g, const Recorded& r, ValueSpan tangents, absl::Span<Value> outputs) {
      const Expr terms = Expr(g, VarianceDerivative(g, r)) * Expr(g, tangents[0]);
      outputs[0] = SumReduced(g, terms.ToValue(), r.attributes, kVariancePlaces);
    };
    return DefineOp(std::move(op));
  }();
  return op;
}

}  // namespace gradd::ops
