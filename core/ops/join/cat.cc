#include "core/ops/join/cat.h"

#include "core/base/checked.h"
#include "core/base/status.h"
#include "core/ops/cast/to.h"
#include "core/ops/create/full.h"
#include "core/ops/rules.h"
#include "core/ops/view/expand.h"
#include "core/ops/view/slice.h"
#include "core/ops/view/view.h"
#include "core/spec/promotion.h"

namespace gradd::ops {
namespace {

// PyTorch passes over such tensors, whatever the others are like.
bool IsNothing(const TensorSpec& spec) { return spec.rank() == 1 && spec.shape[0] == 0; }

absl::Status CheckSizes(const TensorSpec& first, const TensorSpec& other, int dim,
                        size_t position) {
  if (first.rank() != other.rank()) {
    return InvalidArgument("SHAPE_MISMATCH", "Tensors must have same number of dimensions: got ",
                           first.rank(), " and ", other.rank());
  }
  for (int d = 0; d < first.rank(); ++d) {
    if (d == dim || first.shape[d] == other.shape[d]) continue;
    return InvalidArgument("SHAPE_MISMATCH", "Sizes of tensors must match except in dimension ",
                           dim, ". Expected size ", first.shape[d], " but got size ",
                           other.shape[d], " for tensor number ", position, " in the list.");
  }
  return absl::OkStatus();
}

absl::Status Spec(const Op&, SpecSpan inputs, const Attributes& attributes, Specs& outputs) {
  if (inputs.empty()) {
    return InvalidArgument("EMPTY_LIST", "torch.cat(): expected a non-empty list of Tensors");
  }
  const TensorSpec* first = nullptr;
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (inputs[i]->rank() == 0) {
      return InvalidArgument("RANK_TOO_SMALL", "zero-dimensional tensor (at position ", i,
                             ") cannot be concatenated");
    }
    if (first == nullptr && !IsNothing(*inputs[i])) first = inputs[i];
  }
  if (first == nullptr) first = inputs[0];
  GRADD_ASSIGN_OR_RETURN(const int dim, NormalizeDim(attributes.Int(0), first->rank()));
  Dims shape = first->shape;
  shape[dim] = 0;
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (IsNothing(*inputs[i])) continue;
    GRADD_RETURN_IF_ERROR(CheckSizes(*first, *inputs[i], dim, i));
    const std::optional<int64_t> size = CheckedAdd(shape[dim], inputs[i]->shape[dim]);
    if (!size) return InvalidArgument("SIZE_OVERFLOW", "torch.cat(): the result is too large");
    shape[dim] = *size;
  }
  GRADD_RETURN_IF_ERROR(CheckShape(shape));
  outputs.push_back(
      TensorSpec::Contiguous(ResultType(inputs), std::move(shape), inputs[0]->device));
  return absl::OkStatus();
}

void Vjp(Builder& g, const Recorded& r, ValueSpan cotangents, IndexSet needs,
         absl::Span<Value> gradients) {
  const absl::StatusOr<int> dim = NormalizeDim(r.attributes.Int(0), r.outputs[0].rank());
  int64_t start = 0;
  for (size_t i = 0; i < r.inputs.size(); ++i) {
    const TensorSpec& input = r.inputs[i];
    const bool is_nothing = IsNothing(input);
    const int64_t end = start + (is_nothing ? 0 : input.shape[*dim]);
    if (needs.Contains(i)) {
      gradients[i] =
          is_nothing
              ? ZerosLike(g, input)
              : Cast(g,
                     g.Apply(SliceOp(), {cotangents[0]}, {int64_t{*dim}, start, end, int64_t{1}}),
                     input.dtype);
    }
    start = end;
  }
}

void Jvp(Builder& g, const Recorded& r, ValueSpan tangents, absl::Span<Value> outputs) {
  if (!IsFloating(r.outputs[0].dtype)) return;
  Values parts;
  for (size_t i = 0; i < tangents.size(); ++i) {
    const TensorSpec& input = r.inputs[i];
    parts.push_back(tangents[i] ? tangents[i]
                                : Full(g, input.shape, 0, r.outputs[0].dtype, input.device));
  }
  outputs[0] = Cast(g, Cat(g, parts, r.attributes.Int(0)), r.outputs[0].dtype);
}

void Batch(Builder& g, const BatchCall& call, absl::Span<Value> outputs) {
  absl::InlinedVector<const TensorSpec*, 4> specs;
  Values parts;
  int rank = 1;
  for (size_t i = 0; i < call.inputs.size(); ++i) {
    const TensorSpec& spec = call.inputs[i]->spec();
    specs.push_back(&spec);
    Dims shape = spec.shape;
    if (!call.batched.Contains(i)) shape.insert(shape.begin(), call.size);
    if (shape.size() == 2 && shape[1] == 0) continue;  // of nothing, which has any rank
    rank = static_cast<int>(shape.size()) - 1;
    parts.push_back(Expand(g, call.inputs[i], shape));
  }
  // The batch dimension makes no difference to promotion: all have dimensions.
  const DType dtype = ResultType(specs);
  if (parts.empty()) {
    outputs[0] = Full(g, Dims{call.size, 0}, 0, dtype, specs[0]->device);
    return;
  }
  const absl::StatusOr<int> dim = NormalizeDim(call.attributes.Int(0), rank);
  outputs[0] = Cast(g, Cat(g, parts, int64_t{*dim} + 1), dtype);
}

}  // namespace

const Op& CatOp() {
  static const Op& op = DefineOp({
      .name = "cat",
      .doc = "Tensors one behind the other along a dimension.",
      .inputs = {"tensors"},
      .attributes = {{"dim", AttributeKind::kInt, false, int64_t{0}}},
      .spec = Spec,
      .vjp = Vjp,
      .jvp = Jvp,
      .batch = Batch,
      .integer_range = RangeOfAllInputs,
      .is_variadic = true,
  });
  return op;
}

Value Cat(Builder& g, ValueSpan tensors, int64_t dim) {
  return g.ApplySpan(CatOp(), tensors, {dim});
}

}  // namespace gradd::ops
