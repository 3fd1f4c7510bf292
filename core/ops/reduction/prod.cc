#include "core/ops/reduction/prod.h"

#include "core/base/status.h"
#include "core/ops/cast/to.h"
#include "core/ops/expr.h"
#include "core/ops/reduction/prod_others.h"
#include "core/ops/reduction/sum.h"
#include "core/ops/rules.h"
#include "core/ops/view/view.h"

namespace gradd::ops {
namespace {

enum { kDim, kKeepDim, kDType };

absl::Status Spec(const Op&, SpecSpan inputs, const Attributes& attributes, Specs& outputs) {
  const TensorSpec& input = *inputs[0];
  DType dtype = IsFloating(input.dtype) ? input.dtype : DType::kInt64;
  if (attributes.Has(kDType)) dtype = attributes.DType(kDType);
  Dims shape = input.shape;
  if (!attributes.Has(kDim)) {
    shape.assign(attributes.Bool(kKeepDim) ? input.rank() : 0, 1);
  } else {
    GRADD_ASSIGN_OR_RETURN(const int dim, NormalizeDim(attributes.Int(kDim), input.rank()));
    if (input.rank() > 0) shape[dim] = 1;
    if (input.rank() > 0 && !attributes.Bool(kKeepDim)) shape.erase(shape.begin() + dim);
  }
  outputs.push_back(TensorSpec::Contiguous(dtype, std::move(shape), input.device));
  return absl::OkStatus();
}

// The input as what is multiplied: converted, and flat where all of it is; and along which
// dimension.
struct Factors {
  Factors(Builder& g, const Recorded& r)
      : shape(r.inputs[0].shape), dim(r.attributes.Has(kDim) ? r.attributes.Int(kDim) : 0) {
    if (!r.attributes.Has(kDim)) shape = {ElementCount(shape)};
    dim = *NormalizeDim(dim, static_cast<int>(shape.size()));
    value = Shaped(g, Cast(g, r.input(0), r.outputs[0].dtype));
  }
  Value Shaped(Builder& g, const Value& v) const { return Reshape(g, v, shape); }

  Dims shape;
  int64_t dim;
  Value value;
};

void Vjp(Builder& g, const Recorded& r, ValueSpan cotangents, IndexSet,
         absl::Span<Value> gradients) {
  const Factors factors(g, r);
  Dims kept = factors.shape;
  if (!kept.empty()) kept[factors.dim] = 1;
  const Expr cotangent(g, Reshape(g, cotangents[0], kept));
  const Expr gradient = cotangent * Expr(g, ProdOthers(g, factors.value, factors.dim));
  gradients[0] = Cast(g, Reshape(g, gradient.ToValue(), r.inputs[0].shape), r.inputs[0].dtype);
}

void Jvp(Builder& g, const Recorded& r, ValueSpan tangents, absl::Span<Value> outputs) {
  const Factors factors(g, r);
  const Expr tangent(g, factors.Shaped(g, Cast(g, tangents[0], r.outputs[0].dtype)));
  const Value terms = (tangent * Expr(g, ProdOthers(g, factors.value, factors.dim))).ToValue();
  if (!g.ok()) return;
  outputs[0] = Reshape(g, Sum(g, terms, {factors.dim}, true), r.outputs[0].shape);
}

void Batch(Builder& g, const BatchCall& call, absl::Span<Value> outputs) {
  const int rank = call.rank(0);
  if (rank > 0 && call.attributes.Has(kDim)) {
    const absl::StatusOr<int> dim = NormalizeDim(call.attributes.Int(kDim), rank);
    outputs[0] = g.Apply(call.op, {call.inputs[0]},
                         {int64_t{*dim} + 1, call.attributes[kKeepDim], call.attributes[kDType]});
    return;
  }
  const DimsView element = DimsView(call.inputs[0]->spec().shape).subspan(1);
  const Value rows = Reshape(g, call.inputs[0], {call.size, ElementCount(element)});
  Dims shape = {call.size};
  if (call.attributes.Bool(kKeepDim)) shape.insert(shape.end(), rank, 1);
  outputs[0] =
      Reshape(g, g.Apply(call.op, {rows}, {int64_t{1}, false, call.attributes[kDType]}), shape);
}

}  // namespace

const Op& ProdOp() {
  static const Op& op = DefineOp({
      .name = "prod",
      .doc = "The product along a dimension, or of all elements. Integers and bools give int64.",
      .inputs = {"input"},
      .attributes = {{"dim", AttributeKind::kInt, true},
                     {"keepdim", AttributeKind::kBool, false, false},
                     {"dtype", AttributeKind::kDType, true}},
      .spec = Spec,
      .residuals = KeepInput<0>,
      .vjp = Vjp,
      .jvp = Jvp,
      .batch = Batch,
      .node_overload = [](SpecView,
                          const Attributes& attributes) { return attributes.Has(kDim) ? 1 : 0; },
  });
  return op;
}

}  // namespace gradd::ops
