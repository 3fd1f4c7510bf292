#include "core/ops/index/element_index.h"

#include "core/base/status.h"
#include "core/ops/create/full.h"
#include "core/ops/index/gather.h"
#include "core/ops/view/expand.h"
#include "core/ops/view/strided_scatter.h"
#include "core/ops/view/view.h"

namespace gradd::ops {
namespace {

enum { kInput, kIndex, kSource };

// True when `small` fits into `large` in every dimension but `dim` (-1: in every one).
bool FitsInto(DimsView small, DimsView large, int dim) {
  for (size_t d = 0; d < small.size(); ++d) {
    if (static_cast<int>(d) != dim && small[d] > large[d]) return false;
  }
  return true;
}

}  // namespace

TensorSpec AtLeastVector(TensorSpec spec) {
  if (spec.shape.empty()) {
    spec.shape = {1};
    spec.strides = {1};
  }
  return spec;
}

ElementIndex LineUp(const TensorSpec& spec, int64_t dim) {
  ElementIndex at = {AtLeastVector(spec), *NormalizeDim(dim, spec.rank()), 0, 0};
  at.size = at.spec.shape[at.dim];
  at.stride = at.spec.strides[at.dim];
  return at;
}

absl::Status CheckElementIndex(const Op& op, const TensorSpec& input, int64_t dim,
                               const TensorSpec& index) {
  GRADD_RETURN_IF_ERROR(NormalizeDim(dim, input.rank()).status());
  if (!IsIntegral(index.dtype) || index.weak) {
    return InvalidArgument("DTYPE_MISMATCH", op.name == "gather" ? "gather" : "scatter",
                           "(): Expected dtype int32/int64 for index");
  }
  if (index.element_count() > 0 && AtLeastVector(input).rank() != AtLeastVector(index).rank()) {
    return InvalidArgument("SHAPE_MISMATCH",
                           "Index tensor must have the same number of dimensions as ",
                           op.name == "gather" ? "input" : "self", " tensor");
  }
  return absl::OkStatus();
}

absl::Status ScatterSpec(const Op& op, SpecSpan inputs, const Attributes& attributes,
                         Specs& outputs) {
  const TensorSpec& input = *inputs[kInput];
  const TensorSpec& source = *inputs[kSource];
  GRADD_RETURN_IF_ERROR(CheckElementIndex(op, input, attributes.Int(0), *inputs[kIndex]));
  if (!source.weak && source.dtype != input.dtype) {
    return InvalidArgument("DTYPE_MISMATCH",
                           "scatter(): Expected self.dtype to be equal to src.dtype");
  }
  outputs.push_back(TensorSpec::Contiguous(input.dtype, input.shape, input.device));
  if (inputs[kIndex]->element_count() == 0) return absl::OkStatus();
  const ElementIndex at = LineUp(input, attributes.Int(0));
  const TensorSpec index = AtLeastVector(*inputs[kIndex]);
  const TensorSpec from = AtLeastVector(source);
  if (!source.weak && from.rank() != index.rank()) {
    return InvalidArgument("SHAPE_MISMATCH",
                           "Index tensor must have the same number of dimensions as src tensor");
  }
  if (FitsInto(index.shape, at.spec.shape, at.dim) &&
      (source.weak || FitsInto(index.shape, from.shape, -1))) {
    return absl::OkStatus();
  }
  return InvalidArgument(
      "SHAPE_MISMATCH", "Expected index ", ToString(inputs[kIndex]->shape),
      " to be no larger than self ", ToString(input.shape), " apart from dimension ", at.dim,
      source.weak ? ""
                  : absl::StrCat(" and to be no larger size than src ", ToString(source.shape)));
}

void ElementIndexBatch(Builder& g, const BatchCall& call, absl::Span<Value> outputs) {
  const absl::StatusOr<int> dim = NormalizeDim(call.attributes.Int(0), call.rank(kInput));
  Values inputs(call.inputs.begin(), call.inputs.end());
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (inputs[i]->spec().weak) continue;
    Dims shape = inputs[i]->spec().shape;
    if (!call.batched.Contains(i)) {
      shape.insert(shape.begin(), call.size);
      inputs[i] = Expand(g, inputs[i], shape);
    }
    if (shape.size() == 1) inputs[i] = Reshape(g, inputs[i], Dims{call.size, 1});
    if (!g.ok()) return;
  }
  // The result is like the input, and what gather gives is like the index.
  const size_t like = call.op.inputs.size() == 2 ? kIndex : kInput;
  const Value result = g.ApplySpan(call.op, inputs, {int64_t{*dim} + 1});
  outputs[0] = call.rank(like) == 0 ? Reshape(g, result, Dims{call.size}) : result;
}

Value SourceGradient(Builder& g, const Recorded& r, const Value& cotangent) {
  const TensorSpec& source = r.inputs[kSource];
  const Value gathered = Gather(g, cotangent, r.attributes.Int(0), r.input(kIndex));
  if (!gathered || gathered->spec().shape == source.shape) return gathered;
  if (gathered->spec().element_count() == source.element_count()) {
    return Reshape(g, gathered, source.shape);
  }
  // What of the source lies outside the index went nowhere.
  const Dims strides = ContiguousStrides(AtLeastVector(source).shape);
  if (gathered->spec().element_count() == 0) return ZerosLike(g, source);
  return StridedScatter(g, ZerosLike(g, source),
                        Reshape(g, gathered, AtLeastVector(gathered->spec()).shape), strides, 0);
}

}  // namespace gradd::ops
