#include "core/ops/index/roll.h"

#include "core/base/status.h"
#include "core/ops/join/cat.h"
#include "core/ops/rules.h"
#include "core/ops/view/clone.h"
#include "core/ops/view/slice.h"
#include "core/ops/view/unsafe_view.h"
#include "core/ops/view/view.h"

namespace gradd::ops {
namespace {

enum { kShifts, kDims };

absl::Status Spec(const Op&, SpecSpan inputs, const Attributes& attributes, Specs& outputs) {
  const TensorSpec& input = *inputs[0];
  const Dims& shifts = attributes.Dims(kShifts);
  const Dims& dims = attributes.Dims(kDims);
  if (shifts.empty()) return InvalidArgument("EMPTY_LIST", "`shifts` required");
  if (shifts.size() != dims.size() && !(dims.empty() && shifts.size() == 1)) {
    return InvalidArgument("DIMENSION_COUNT",
                           "shifts and dimensions must align. shifts: ", shifts.size(),
                           ", dims:", dims.size());
  }
  for (const int64_t dim : dims) {
    GRADD_RETURN_IF_ERROR(NormalizeDim(dim, input.rank()).status());
    if (input.rank() > 0) continue;
    return InvalidArgument("DIMENSION_OUT_OF_RANGE", "Dimension specified as ", dim,
                           " but tensor has no dimensions");
  }
  outputs.push_back(TensorSpec::Contiguous(input.dtype, input.shape, input.device));
  return absl::OkStatus();
}

// `v` itself where nothing moves.
Value RollDim(Builder& g, const Value& v, int64_t shift, int64_t dim) {
  if (!v) return v;
  const int64_t size = v->spec().shape[*NormalizeDim(dim, v->spec().rank())];
  const int64_t first = size == 0 ? 0 : (shift % size + size) % size;
  if (first == 0) return v;
  const int64_t begin = size - first;
  const Value front = g.Apply(SliceOp(), {v}, {dim, begin, size, int64_t{1}});
  const Value back = g.Apply(SliceOp(), {v}, {dim, int64_t{0}, begin, int64_t{1}});
  return Cat(g, {front, back}, dim);
}

void Expansion(Builder& g, const Op&, ValueSpan inputs, const Attributes& attributes,
               absl::Span<Value> outputs) {
  const Dims& shifts = attributes.Dims(kShifts);
  const Dims& dims = attributes.Dims(kDims);
  const Dims shape = inputs[0]->spec().shape;
  if (dims.empty()) {
    const Value flat = Reshape(g, inputs[0], Dims{ElementCount(shape)});
    outputs[0] = UnsafeView(g, RollDim(g, flat, shifts[0], 0), shape);
    return;
  }
  Value rolled = inputs[0];
  for (size_t i = 0; i < dims.size(); ++i) rolled = RollDim(g, rolled, shifts[i], dims[i]);
  outputs[0] = rolled.get() == inputs[0].get() ? Clone(g, rolled) : rolled;
}

void Vjp(Builder& g, const Recorded& r, ValueSpan cotangents, IndexSet,
         absl::Span<Value> gradients) {
  Dims back = r.attributes.Dims(kShifts);
  // The smallest number has no opposite, and is its own modulo every size that is a power of two.
  for (int64_t& shift : back) shift = static_cast<int64_t>(-static_cast<uint64_t>(shift));
  gradients[0] = g.Apply(r.op, {cotangents[0]}, {back, r.attributes[kDims]});
}

void Batch(Builder& g, const BatchCall& call, absl::Span<Value> outputs) {
  const Dims shape = call.inputs[0]->spec().shape;
  const Attributes& attributes = call.attributes;
  if (attributes.Dims(kDims).empty()) {
    const int64_t count = ElementCount(DimsView(shape).subspan(1));
    const Value flat = Reshape(g, call.inputs[0], Dims{call.size, count});
    outputs[0] = Reshape(g, g.Apply(call.op, {flat}, {attributes[kShifts], Dims{1}}), shape);
    return;
  }
  Dims dims;
  for (const int64_t dim : attributes.Dims(kDims)) {
    dims.push_back(*NormalizeDim(dim, call.rank(0)) + 1);
  }
  outputs[0] = g.Apply(call.op, {call.inputs[0]}, {attributes[kShifts], dims});
}

}  // namespace

const Op& RollOp() {
  static const Op& op = DefineOp({
      .name = "roll",
      .doc = "The elements shifted along dimensions, those that leave at one end coming in at the "
             "other; without dimensions along all of them in row-major order.",
      .inputs = {"input"},
      .attributes = {{"shifts", AttributeKind::kDims},
                     {"dims", AttributeKind::kDims, false, Dims()}},
      .spec = Spec,
      .vjp = Vjp,
      .jvp = ApplyToTangent,
      .batch = Batch,
      .expand = Expansion,
  });
  return op;
}

}  // namespace gradd::ops
