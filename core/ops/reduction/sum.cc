#include "core/ops/reduction/sum.h"

#include <utility>

#include "core/ops/cast/to.h"
#include "core/ops/reduction/reduction.h"
#include "core/ops/rules.h"
#include "core/ops/view/expand.h"
#include "core/ops/view/view.h"

namespace gradd::ops {
namespace {

constexpr ReductionPlaces kPlaces;
constexpr int kDType = 2;  // the attribute

absl::Status Spec(const Op&, SpecSpan inputs, const Attributes& attributes, Specs& outputs) {
  DType dtype = IsFloating(inputs[0]->dtype) ? inputs[0]->dtype : DType::kInt64;
  if (attributes.Has(kDType)) dtype = attributes.DType(kDType);
  return ReductionSpec(inputs, attributes, kPlaces, dtype, outputs);
}

void Vjp(Builder& g, const Recorded& r, ValueSpan cotangents, IndexSet,
         absl::Span<Value> gradients) {
  const TensorSpec& input = r.inputs[0];
  const Value kept = WithKeptDims(g, cotangents[0], input, r.attributes, kPlaces);
  gradients[0] = Cast(g, Expand(g, kept, input.shape), input.dtype);
}

}  // namespace

const Op& SumOp() {
  static const Op& op = []() -> const Op& {
    Op op = ReductionDescription(
        "sum", "The sum over the given dimensions, or over all. Integers and bools sum to int64.");
    op.attributes.push_back({"dtype", AttributeKind::kDType, true});
    op.spec = Spec;
    op.vjp = Vjp;
    op.jvp = ApplyToTangent;
    op.node_overload = ReductionOverload;
    return DefineOp(std::move(op));
  }();
  return op;
}

Value Sum(Builder& g, const Value& v, DimsView dims, bool keep_dims) {
  return g.Apply(SumOp(), {v}, {Dims(dims.begin(), dims.end()), keep_dims, std::monostate()});
}

Value SumTo(Builder& g, const Value& v, DimsView shape) {
  if (!v || DimsView(v->spec().shape) == shape) return v;
  const Dims& from = v->spec().shape;
  const size_t added = from.size() - shape.size();
  Dims dims;
  for (size_t i = 0; i < from.size(); ++i) {
    if (i < added || (shape[i - added] == 1 && from[i] != 1)) dims.push_back(i);
  }
  const Value summed = dims.empty() ? v : Sum(g, v, dims, true);
  return Reshape(g, summed, shape);
}

}  // namespace gradd::ops
