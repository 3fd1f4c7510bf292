#include "core/ops/reduction/norm.h"

#include <cmath>

#include "core/base/status.h"
#include "core/ops/expr.h"
#include "core/ops/reduction/reduction.h"
#include "core/ops/rules.h"

namespace gradd::ops {
namespace {

enum { kP, kDims, kKeepDim };
constexpr ReductionPlaces kPlaces = {kDims, kKeepDim};

absl::Status Spec(const Op&, SpecSpan inputs, const Attributes& attributes, Specs& outputs) {
  const TensorSpec& input = *inputs[0];
  const double p = attributes.Float(kP);
  if (!IsFloating(input.dtype)) {
    return Unimplemented(
        "DTYPE_UNSUPPORTED",
        "linalg.vector_norm: Expected a floating point or complex tensor as input. Got ",
        ScalarTypeName(input.dtype));
  }
  GRADD_RETURN_IF_ERROR(ReductionSpec(inputs, attributes, kPlaces, input.dtype, outputs));
  if (!(p < 0 || std::isinf(p)) || outputs[0].element_count() == 0) return absl::OkStatus();
  if (attributes.Dims(kDims).empty()) {
    if (input.element_count() != 0) return absl::OkStatus();
    return InvalidArgument("EMPTY_REDUCTION", "linalg.vector_norm cannot compute the ", p,
                           " norm on an empty tensor because the operation does not have an "
                           "identity");
  }
  for (const int64_t dim : attributes.Dims(kDims)) {
    if (input.rank() == 0 || input.shape[dim < 0 ? dim + input.rank() : dim] != 0) continue;
    return InvalidArgument("EMPTY_REDUCTION", "linalg.vector_norm cannot compute the ", p,
                           " norm on the dimension ", dim,
                           "because this dimension is empty and the operation does not have an "
                           "identity");
  }
  return absl::OkStatus();
}

// The derivative of the norm `y` by each element of x, times `factor`; 0 where there is none, as
// PyTorch has it. `y` and `factor` broadcast to x.
Expr Derivative(Builder& g, const Recorded& r, const Expr& x, const Expr& y, const Expr& factor) {
  const double p = r.attributes.Float(kP);
  const Expr zero(0.0);
  if (p == 1) return factor * sign(x);
  if (p == 2) return factor * select(y == zero, zero, x / y);
  if (std::isinf(p)) {
    // The elements whose magnitude is the norm share it.
    const Expr mask = abs(x) == y;
    Attributes kept = {r.attributes[kP], r.attributes[kDims], true};
    const Expr count(g, SumReduced(g, mask.ToValue(), kept, kPlaces));
    return select(mask, sign(x) * (factor / count), zero);
  }
  const Expr scale = select(y == zero, zero, factor / pow(y, Expr(p - 1)));
  if (p < 2) {
    // The power of 0 would be infinite.
    return select(x == zero, zero, sign(x) * pow(abs(x), Expr(p - 1))) * scale;
  }
  return x * pow(abs(x), Expr(p - 2)) * scale;
}

void Vjp(Builder& g, const Recorded& r, ValueSpan cotangents, IndexSet,
         absl::Span<Value> gradients) {
  if (r.attributes.Float(kP) == 0) return;  // it counts
  const Expr y(g, WithKeptDims(g, r.output(0), r.inputs[0], r.attributes, kPlaces));
  const Expr factor(g, WithKeptDims(g, cotangents[0], r.inputs[0], r.attributes, kPlaces));
  gradients[0] = Derivative(g, r, Expr(g, r.input(0)), y, factor).ToValue();
}

void Jvp(Builder& g, const Recorded& r, ValueSpan tangents, absl::Span<Value> outputs) {
  if (r.attributes.Float(kP) == 0) return;
  const Expr y(g, WithKeptDims(g, r.output(0), r.inputs[0], r.attributes, kPlaces));
  const Expr terms = Derivative(g, r, Expr(g, r.input(0)), y, Expr(g, tangents[0]));
  outputs[0] = SumReduced(g, terms.ToValue(), r.attributes, kPlaces);
}

}  // namespace

const Op& NormOp() {
  static const Op& op = DefineOp({
      .name = "norm",
      .doc = "The p-norm over the given dimensions, or over all, seen as a vector.",
      .inputs = {"input"},
      .attributes = {{"p", AttributeKind::kFloat, false, 2.0},
                     {"dims", AttributeKind::kDims, false, Dims()},
                     {"keepdim", AttributeKind::kBool, false, false}},
      .spec = Spec,
      .residuals = KeepInputAndOutput,
      .vjp = Vjp,
      .jvp = Jvp,
      .batch = [](Builder& g, const BatchCall& call,
                  absl::Span<Value> outputs) { BatchReduction(g, call, kPlaces, outputs); },
      .node_name = "LinalgVectorNormBackward0",
  });
  return op;
}

}  // namespace gradd::ops
