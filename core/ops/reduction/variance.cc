#include "core/ops/reduction/variance.h"

#include "core/base/status.h"
#include "core/ops/expr.h"
#include "core/ops/reduction/mean.h"

namespace gradd::ops {

Op VarianceDescription(std::string name, std::string doc) {
  Op op;
  op.name = std::move(name);
  op.doc = std::move(doc);
  op.inputs = {"input"};
  op.attributes = {{"dims", AttributeKind::kDims, false, Dims()},
                   {"correction", AttributeKind::kFloat, false, 1.0},
                   {"keepdim", AttributeKind::kBool, false, false}};
  op.spec = [](const Op&, SpecSpan inputs, const Attributes& attributes, Specs& outputs) {
    if (!IsFloating(inputs[0]->dtype)) {
      return Unimplemented("DTYPE_UNSUPPORTED",
                           "std and var only support floating point and complex dtypes");
    }
    return ReductionSpec(inputs, attributes, kVariancePlaces, inputs[0]->dtype, outputs);
  };
  op.batch = [](Builder& g, const BatchCall& call, absl::Span<Value> outputs) {
    BatchReduction(g, call, kVariancePlaces, outputs);
  };
  return op;
}

Value VarianceDerivative(Builder& g, const Recorded& r) {
  const Dims dims = ReducedDims(r.inputs[0], r.attributes, kVariancePlaces);
  const Value mean = Mean(g, r.input(0), dims, true);
  const double count =
      static_cast<double>(ReducedCount(r.inputs[0], r.attributes, kVariancePlaces));
  const double factor = 2 / (count - r.attributes.Float(kVarianceCorrection));
  return ((Expr(g, r.input(0)) - Expr(g, mean)) * Expr(factor)).ToValue();
}

}  // namespace gradd::ops
