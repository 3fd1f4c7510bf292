#include "core/ops/reduction/logsumexp.h"

#include "core/ops/expr.h"
#include "core/ops/reduction/reduction.h"
#include "core/ops/rules.h"

namespace gradd::ops {
namespace {

// The softmax over the dimensions that are reduced: the derivative by each element.
Expr Derivative(Builder& g, const Recorded& r) {
  const Value kept = WithKeptDims(g, r.output(0), r.inputs[0], r.attributes, {});
  return exp(Expr(g, r.input(0)) - Expr(g, kept));
}

}  // namespace

const Op& LogsumexpOp() {
  static const Op& op = DefineOp({
      .name = "logsumexp",
      .doc = "The logarithm of the sum of exponentials over the given dimensions, or over all.",
      .inputs = {"input"},
      .attributes = {{"dims", AttributeKind::kDims, false, Dims()},
                     {"keepdim", AttributeKind::kBool, false, false}},
      .spec =
          [](const Op&, SpecSpan inputs, const Attributes& attributes, Specs& outputs) {
            const DType dtype = inputs[0]->dtype;
            return ReductionSpec(inputs, attributes, {}, IsFloating(dtype) ? dtype : kDefaultFloat,
                                 outputs);
          },
      .residuals = KeepInputAndOutput,
      .vjp =
          [](Builder& g, const Recorded& r, ValueSpan cotangents, IndexSet,
             absl::Span<Value> gradients) {
            const Value kept = WithKeptDims(g, cotangents[0], r.inputs[0], r.attributes, {});
            gradients[0] = (Expr(g, kept) * Derivative(g, r)).ToValue();
          },
      .jvp =
          [](Builder& g, const Recorded& r, ValueSpan tangents, absl::Span<Value> outputs) {
            const Value terms = (Expr(g, tangents[0]) * Derivative(g, r)).ToValue();
            outputs[0] = SumReduced(g, terms, r.attributes, {});
          },
      .batch = [](Builder& g, const BatchCall& call,
                  absl::Span<Value> outputs) { BatchReduction(g, call, {}, outputs); },
  });
  return op;
}

}  // namespace gradd::ops
