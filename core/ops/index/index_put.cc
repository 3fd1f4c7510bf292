#include "core/ops/index/index_put.h"

#include "core/base/status.h"
#include "core/ops/create/full.h"
#include "core/ops/index/index.h"
#include "core/ops/index/index_layout.h"
#include "core/ops/reduction/sum.h"
#include "core/ops/view/expand.h"
#include "core/ops/view/permute.h"
#include "core/ops/view/view.h"

namespace gradd::ops {
namespace {

enum { kInput, kValues, kFirstIndex };
enum { kDims, kAccumulate };

absl::Status Spec(const Op&, SpecSpan inputs, const Attributes& attributes, Specs& outputs) {
  const TensorSpec& input = *inputs[kInput];
  const TensorSpec& values = *inputs[kValues];
  GRADD_ASSIGN_OR_RETURN(const IndexLayout layout,
                         LayOutIndex(input, attributes.Dims(kDims), inputs.subspan(kFirstIndex)));
  if (!values.weak && values.dtype != input.dtype) {
    return InvalidArgument("DTYPE_MISMATCH",
                           "Index put requires the source and destination dtypes match, got ",
                           ScalarTypeName(input.dtype), " for the destination and ",
                           ScalarTypeName(values.dtype), " for the source.");
  }
  const absl::StatusOr<Dims> together = BroadcastShapes(values.shape, layout.shape);
  if (!together.ok() || *together != layout.shape) {
    return InvalidArgument(
        "SHAPE_MISMATCH", "shape mismatch: value tensor of shape ", ToString(values.shape),
        " cannot be broadcast to indexing result of shape ", ToString(layout.shape));
  }
  outputs.push_back(TensorSpec::Contiguous(input.dtype, input.shape, input.device));
  return absl::OkStatus();
}

ValueSpan Indices(const Recorded& r) {
  return r.saved.subspan(kFirstIndex, r.inputs.size() - kFirstIndex);
}

void Vjp(Builder& g, const Recorded& r, ValueSpan cotangents, IndexSet needs,
         absl::Span<Value> gradients) {
  const Dims& dims = r.attributes.Dims(kDims);
  if (needs.Contains(kInput)) {
    gradients[kInput] = r.attributes.Bool(kAccumulate)
                            ? cotangents[0]
                            : IndexPut(g, cotangents[0], MakeScalar(0), dims, false, Indices(r));
  }
  if (needs.Contains(kValues)) {
    gradients[kValues] =
        SumTo(g, Index(g, cotangents[0], dims, Indices(r)), r.inputs[kValues].shape);
  }
}

void Jvp(Builder& g, const Recorded& r, ValueSpan tangents, absl::Span<Value> outputs) {
  const Value base = tangents[kInput] ? tangents[kInput] : ZerosLike(g, r.inputs[kInput]);
  const Value values = tangents[kValues] ? tangents[kValues] : MakeScalar(0);
  outputs[0] = IndexPut(g, base, values, r.attributes.Dims(kDims), r.attributes.Bool(kAccumulate),
                        Indices(r));
}

// The values as they broadcast to the layout of the batch. Where the indexed dimensions are apart,
// the entries stand in front of the batch dimension there.
Value BatchedValues(Builder& g, const BatchCall& call, const IndexLayout& layout) {
  const Value& values = call.inputs[kValues];
  const bool is_batched = call.batched.Contains(kValues);
  if (!is_batched && (layout.is_adjacent() || values->spec().weak)) return values;
  const size_t rank = layout.shape.size(), entries = layout.entries.size();
  Dims aligned = values->spec().shape;
  if (!is_batched) aligned.insert(aligned.begin(), 1);
  aligned.insert(aligned.begin() + 1, rank - aligned.size(), 1);
  const Value result = Reshape(g, values, aligned);
  if (layout.is_adjacent()) return result;
  Dims order;
  for (size_t d = 1; d <= entries; ++d) order.push_back(static_cast<int64_t>(d));
  order.push_back(0);
  for (size_t d = entries + 1; d < rank; ++d) order.push_back(static_cast<int64_t>(d));
  return Permute(g, result, order);
}

void Batch(Builder& g, const BatchCall& call, absl::Span<Value> outputs) {
  absl::InlinedVector<const TensorSpec*, 4> indices;
  for (size_t i = kFirstIndex; i < call.inputs.size(); ++i) {
    if (call.batched.Contains(i)) return;  // an index each: the loop
    indices.push_back(&call.inputs[i]->spec());
  }
  Value input = call.inputs[kInput];
  if (!call.batched.Contains(kInput)) {
    Dims shape = input->spec().shape;
    shape.insert(shape.begin(), call.size);
    input = Expand(g, input, shape);
    if (!input) return;
  }
  Dims dims = call.attributes.Dims(kDims);
  for (int64_t& dim : dims) ++dim;
  const absl::StatusOr<IndexLayout> layout = LayOutIndex(input->spec(), dims, indices);
  outputs[0] = IndexPut(g, input, BatchedValues(g, call, *layout), dims,
                        call.attributes.Bool(kAccumulate), call.inputs.subspan(kFirstIndex));
}

}  // namespace

const Op& IndexPutOp() {
  static const Op& op = DefineOp({
      .name = "index_put",
      .doc = "The input with values written, or added, where index tensors say. Where they repeat "
             "and nothing is added, the last one stays, and gradients are not defined.",
      .inputs = {"input", "values", "indices"},
      .attributes = {{"dims", AttributeKind::kDims},
                     {"accumulate", AttributeKind::kBool, false, false}},
      .spec = Spec,
      .residuals =
          [](const Op&, IndexSet) {
            Residuals residuals;
            residuals.inputs = IndexSet(~uint64_t{0b11});
            return residuals;
          },
      .vjp = Vjp,
      .jvp = Jvp,
      .batch = Batch,
      .checks_indices = true,
      .is_variadic = true,
      .has_in_place = true,
      .is_wrapped = true,
      .number_inputs = IndexSet(0b10),
  });
  return op;
}

Value IndexPut(Builder& g, const Value& v, const Value& values, DimsView dims, bool accumulate,
               ValueSpan indices) {
  Values inputs = {v, values};
  inputs.insert(inputs.end(), indices.begin(), indices.end());
  return g.ApplySpan(IndexPutOp(), inputs, {Dims(dims.begin(), dims.end()), accumulate});
}

}  // namespace gradd::ops
