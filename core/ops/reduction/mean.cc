#include "core/ops/reduction/mean.h"

#include <utility>

#include "core/base/status.h"
#include "core/ops/cast/to.h"
#include "core/ops/expr.h"
#include "core/ops/reduction/reduction.h"
#include "core/ops/rules.h"
#include "core/ops/view/expand.h"

namespace gradd::ops {
namespace {

constexpr ReductionPlaces kPlaces;
constexpr int kDType = 2;  // the attribute

absl::Status Spec(const Op&, SpecSpan inputs, const Attributes& attributes, Specs& outputs) {
  const bool has_dtype = attributes.Has(kDType);
  const DType dtype = has_dtype ? attributes.DType(kDType) : inputs[0]->dtype;
  if (!IsFloating(dtype)) {
    return Unimplemented(
        "DTYPE_UNSUPPORTED", "mean(): could not infer output dtype. ",
        has_dtype ? "Optional" : "Input",
        " dtype must be either a floating point or complex dtype. Got: ", ScalarTypeName(dtype));
  }
  return ReductionSpec(inputs, attributes, kPlaces, dtype, outputs);
}

void Vjp(Builder& g, const Recorded& r, ValueSpan cotangents, IndexSet,
         absl::Span<Value> gradients) {
  const TensorSpec& input = r.inputs[0];
  const Value kept = WithKeptDims(g, cotangents[0], input, r.attributes, kPlaces);
  const double count = static_cast<double>(ReducedCount(input, r.attributes, kPlaces));
  // Divided before it is spread: fewer divisions.
  const Value share = (Expr(g, kept) / Expr(count)).ToValue();
  gradients[0] = Cast(g, Expand(g, share, input.shape), input.dtype);
}

}  // namespace

const Op& MeanOp() {
  static const Op& op = []() -> const Op& {
    Op op = ReductionDescription(
        "mean", "The mean over the given dimensions, or over all; of floating elements.");
    op.attributes.push_back({"dtype", AttributeKind::kDType, true});
    op.spec = Spec;
    op.vjp = Vjp;
    op.jvp = ApplyToTangent;
    op.node_overload = ReductionOverload;
    return DefineOp(std::move(op));
  }();
  return op;
}

Value Mean(Builder& g, const Value& v, DimsView dims, bool keep_dims) {
  return g.Apply(MeanOp(), {v}, {Dims(dims.begin(), dims.end()), keep_dims, std::monostate()});
}

}  // namespace gradd::ops
