#include "core/ops/reduction/sum.h"

#include <algorithm>

#include "core/base/status.h"
#include "core/ops/cast/to.h"
#include "core/ops/view/expand.h"
#include "core/ops/view/view.h"

namespace gradd::ops {
namespace {

enum { kDims, kKeepDims, kDType };

absl::Status Spec(const Op&, SpecSpan inputs, const Attributes& attributes, Specs& outputs) {
  const TensorSpec& input = *inputs[0];
  GRADD_ASSIGN_OR_RETURN(const Dims dims,
                         NormalizeReductionDims(attributes.Dims(kDims), input.rank()));
  Dims shape;
  for (int i = 0; i < input.rank(); ++i) {
    const bool summed = std::find(dims.begin(), dims.end(), i) != dims.end();
    if (!summed) shape.push_back(input.shape[i]);
    if (summed && attributes.Bool(kKeepDims)) shape.push_back(1);
  }
  DType dtype = IsFloating(input.dtype) ? input.dtype : DType::kInt64;
  if (attributes.Has(kDType)) dtype = attributes.DType(kDType);
  outputs.push_back(TensorSpec::Contiguous(dtype, std::move(shape), input.device));
  return absl::OkStatus();
}

// `v`, summed over `dims` of `shape`, with those dimensions back as 1.
Value WithKeptDims(Builder& g, const Value& v, DimsView shape, const Attributes& attributes) {
  if (attributes.Bool(kKeepDims)) return v;
  const absl::StatusOr<Dims> dims =
      NormalizeReductionDims(attributes.Dims(kDims), static_cast<int>(shape.size()));
  Dims kept(shape.begin(), shape.end());
  for (const int64_t dim : *dims) kept[dim] = 1;
  return Reshape(g, v, kept);
}

void Vjp(Builder& g, const Recorded& r, ValueSpan cotangents, IndexSet,
         absl::Span<Value> gradients) {
  const Dims& shape = r.inputs[0].shape;
  const Value kept = WithKeptDims(g, cotangents[0], shape, r.attributes);
  gradients[0] = Cast(g, Expand(g, kept, shape), r.inputs[0].dtype);
}

void Batch(Builder& g, const BatchCall& call, absl::Span<Value> outputs) {
  const absl::StatusOr<Dims> dims =
      NormalizeReductionDims(call.attributes.Dims(kDims), call.rank(0));
  Dims shifted;
  for (const int64_t dim : *dims) shifted.push_back(dim + 1);
  if (shifted.empty()) {  // a batch of scalars: nothing to sum, and an empty list would mean all
    outputs[0] = Cast(g, call.inputs[0],
                      call.attributes.Has(kDType)                ? call.attributes.DType(kDType)
                      : IsFloating(call.inputs[0]->spec().dtype) ? call.inputs[0]->spec().dtype
                                                                 : DType::kInt64);
    return;
  }
  outputs[0] = g.Apply(call.op, {call.inputs[0]},
                       {shifted, call.attributes[kKeepDims], call.attributes[kDType]});
}

}  // namespace

const Op& SumOp() {
  static const Op& op = DefineOp({
      .name = "sum",
      .doc = "The sum over the given dimensions, or over all. Integers and bools sum to int64.",
      .inputs = {"input"},
      .attributes = {{"dims", AttributeKind::kDims, false, Dims()},
                     {"keepdim", AttributeKind::kBool, false, false},
                     {"dtype", AttributeKind::kDType, true}},
      .spec = Spec,
      .vjp = Vjp,
      .jvp =
          [](Builder& g, const Recorded& r, ValueSpan tangents, absl::Span<Value> outputs) {
            outputs[0] = g.Apply(r.op, {tangents[0]}, r.attributes);
          },
      .batch = Batch,
  });
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
