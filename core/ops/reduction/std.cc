#include "core/ops/reduction/std.h"

#include "core/ops/expr.h"
#include "core/ops/reduction/variance.h"
#include "core/ops/rules.h"

namespace gradd::ops {
namespace {

// v / (2 y), and 0 where y is 0, as PyTorch has it.
Value OverTwice(const Expr& v, const Expr& y) {
  return select(y == Expr(0.0), Expr(0.0), v / (y * Expr(2.0))).ToValue();
}

}  // namespace

const Op& StdOp() {
  static const Op& op = []() -> const Op& {
    Op op = VarianceDescription("std",
                                "The square root of the variance over the given dimensions, or "
                                "over all; divided by count - correction.");
    op.residuals = KeepInputAndOutput;
    op.vjp = [](Builder& g, const Recorded& r, ValueSpan cotangents, IndexSet,
                absl::Span<Value> gradients) {
      const Value share = OverTwice(Expr(g, cotangents[0]), Expr(g, r.output(0)));
      const Expr kept(g, WithKeptDims(g, share, r.inputs[0], r.attributes, kVariancePlaces));
      gradients[0] = (Expr(g, VarianceDerivative(g, r)) * kept).ToValue();
    };
    op.jvp = [](Builder& g, const Recorded& r, ValueSpan tangents, absl::Span<Value> outputs) {
      const Expr terms = Expr(g, VarianceDerivative(g, r)) * Expr(g, tangents[0]);
      const Expr sum(g, SumReduced(g, terms.ToValue(), r.attributes, kVariancePlaces));
      outputs[0] = OverTwice(sum, Expr(g, r.output(0)));
    };
    return DefineOp(std::move(op));
  }();
  return op;
}

}  // namespace gradd::ops
