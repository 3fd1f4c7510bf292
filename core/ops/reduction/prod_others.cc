#include "core/ops/reduction/prod_others.h"

#include "core/base/status.h"
#include "core/ops/create/full.h"
#include "core/ops/expr.h"
#include "core/ops/reduction/along_dim.h"
#include "core/ops/view/slice.h"
#include "core/ops/view/strided_scatter.h"

namespace gradd::ops {
namespace {

absl::Status Spec(const Op& op, SpecSpan inputs, const Attributes& attributes, Specs& outputs) {
  const TensorSpec& input = *inputs[0];
  if (!IsFloating(input.dtype)) {
    return Unimplemented("DTYPE_UNSUPPORTED", op.name, "(): not implemented for ",
                         Name(input.dtype));
  }
  GRADD_RETURN_IF_ERROR(NormalizeDim(attributes.Int(0), input.rank()).status());
  outputs.push_back(TensorSpec::Contiguous(input.dtype, input.shape, input.device));
  return absl::OkStatus();
}

// `v` moved by `steps` along `dim` (back where negative), with ones where nothing came from.
Value Shifted(Builder& g, const Value& v, int dim, int64_t steps) {
  if (!v) return nullptr;
  const TensorSpec& spec = v->spec();
  const int64_t size = spec.shape[dim];
  const Value ones = Full(g, spec.shape, 1.0, spec.dtype, spec.device);
  const int64_t start = steps < 0 ? -steps : 0, end = steps < 0 ? size : size - steps;
  const Value part = g.Apply(SliceOp(), {v}, {int64_t{dim}, start, end, int64_t{1}});
  const Dims strides = ContiguousStrides(spec.shape);
  return StridedScatter(g, ones, part, strides, steps < 0 ? 0 : steps * strides[dim]);
}

// Products of what stands before each element, or behind it where `direction` is -1, in log2(size)
// steps.
Expr ProductsBeside(Builder& g, const Value& v, int dim, int direction) {
  Value product = Shifted(g, v, dim, direction);
  for (int64_t steps = 1; product && steps < v->spec().shape[dim]; steps *= 2) {
    product = (Expr(g, product) * Expr(g, Shifted(g, product, dim, direction * steps))).ToValue();
  }
  return Expr(g, product);
}

// Without a division: right where elements are 0.
void Expansion(Builder& g, const Op&, ValueSpan inputs, const Attributes& attributes,
               absl::Span<Value> outputs) {
  const TensorSpec& spec = inputs[0]->spec();
  const absl::StatusOr<int> dim = NormalizeDim(attributes.Int(0), spec.rank());
  if (spec.rank() == 0 || spec.shape[*dim] <= 1) {
    outputs[0] = Full(g, spec.shape, 1.0, spec.dtype, spec.device);
    return;
  }
  outputs[0] =
      (ProductsBeside(g, inputs[0], *dim, 1) * ProductsBeside(g, inputs[0], *dim, -1)).ToValue();
}

}  // namespace

const Op& ProdOthersOp() {
  static const Op& op = DefineOp({
      .name = "prod_others",
      .doc = "For each element the product of all others along a dimension.",
      .inputs = {"input"},
      .attributes = {{"dim", AttributeKind::kInt}},
      .spec = Spec,
      .batch = [](Builder& g, const BatchCall& call,
                  absl::Span<Value> outputs) { BatchAlongDim(g, call, 0, outputs); },
      .expand = Expansion,
      .is_internal = true,
  });
  return op;
}

Value ProdOthers(Builder& g, const Value& v, int64_t dim) {
  return g.Apply(ProdOthersOp(), {v}, {dim});
}

}  // namespace gradd::ops
