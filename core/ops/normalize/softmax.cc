#include "core/ops/normalize/softmax.h"

#include "core/ops/cast/to.h"
#include "core/ops/normalize/softmax_rules.h"
#include "core/ops/normalize/softmax_vjp.h"
#include "core/ops/reduction/along_dim.h"
#include "core/ops/rules.h"

namespace gradd::ops {

const Op& SoftmaxOp() {
  static const Op& op = DefineOp({
      .name = "softmax",
      .doc = "Exponentials along a dimension, divided by their sum.",
      .inputs = {"input"},
      .attributes = {{"dim", AttributeKind::kInt}, {"dtype", AttributeKind::kDType, true}},
      .spec = SoftmaxSpec,
      .residuals = KeepOutput<0>,
      .vjp =
          [](Builder& g, const Recorded& r, ValueSpan cotangents, IndexSet,
             absl::Span<Value> gradients) {
            const Value gradient =
                SoftmaxVjp(g, cotangents[0], r.output(0), r.attributes.Int(kSoftmaxDim));
            gradients[0] = Cast(g, gradient, r.inputs[0].dtype);
          },
      .jvp =
          [](Builder& g, const Recorded& r, ValueSpan tangents, absl::Span<Value> outputs) {
            const Value tangent = Cast(g, tangents[0], r.outputs[0].dtype);
            outputs[0] = SoftmaxVjp(g, tangent, r.output(0), r.attributes.Int(kSoftmaxDim));
          },
      .batch = [](Builder& g, const BatchCall& call,
                  absl::Span<Value> outputs) { BatchAlongDim(g, call, kSoftmaxDim, outputs); },
  });
  return op;
}

Value Softmax(Builder& g, const Value& v, int64_t dim) {
  return g.Apply(SoftmaxOp(), {v}, {dim, std::monostate()});
}

}  // namespace gradd::ops
