#include "core/ops/join/repeat.h"

#include <algorithm>

#include "core/base/checked.h"
#include "core/base/status.h"
#include "core/ops/reduction/sum.h"
#include "core/ops/view/expand.h"
#include "core/ops/view/unsafe_view.h"
#include "core/ops/view/view.h"

namespace gradd::ops {
namespace {

absl::Status Spec(const Op&, SpecSpan inputs, const Attributes& attributes, Specs& outputs) {
  const TensorSpec& input = *inputs[0];
  const Dims& repeats = attributes.Dims(0);
  if (static_cast<int>(repeats.size()) < input.rank()) {
    return InvalidArgument("DIMENSION_COUNT",
                           "Number of dimensions of repeat dims can not be smaller than number of "
                           "dimensions of tensor");
  }
  Dims shape = input.shape;
  shape.insert(shape.begin(), repeats.size() - shape.size(), 1);
  for (size_t d = 0; d < shape.size(); ++d) {
    const std::optional<int64_t> size = CheckedMultiply(shape[d], repeats[d]);
    if (!size) return InvalidArgument("SIZE_OVERFLOW", "repeat(): the result is too large");
    shape[d] = repeats[d] < 0 ? std::min<int64_t>(*size, -1) : *size;
  }
  GRADD_RETURN_IF_ERROR(CheckShape(shape));
  if (2 * shape.size() > kMaxRank) {
    return Unimplemented("RANK_UNSUPPORTED", "repeat(): not implemented for more than ",
                         kMaxRank / 2, " dimensions");
  }
  outputs.push_back(TensorSpec::Contiguous(input.dtype, std::move(shape), input.device));
  return absl::OkStatus();
}

// The input's dimensions and the repeats in turn: [repeats[0], size 0, repeats[1], size 1, …].
Dims Interleaved(DimsView repeats, DimsView shape) {
  const size_t added = repeats.size() - shape.size();
  Dims result;
  for (size_t d = 0; d < repeats.size(); ++d) {
    result.push_back(repeats[d]);
    result.push_back(d < added ? 1 : shape[d - added]);
  }
  return result;
}

void Expansion(Builder& g, const Op&, ValueSpan inputs, const Attributes& attributes,
               absl::Span<Value> outputs) {
  const Dims shape = inputs[0]->spec().shape;
  const Dims& repeats = attributes.Dims(0);
  const Value once = Reshape(g, inputs[0], Interleaved(Dims(repeats.size(), 1), shape));
  const Value repeated = Expand(g, once, Interleaved(repeats, shape));
  Dims result = shape;
  result.insert(result.begin(), repeats.size() - shape.size(), 1);
  for (size_t d = 0; d < result.size(); ++d) result[d] *= repeats[d];
  outputs[0] = UnsafeView(g, repeated, result);
}

void Vjp(Builder& g, const Recorded& r, ValueSpan cotangents, IndexSet,
         absl::Span<Value> gradients) {
  const Dims& shape = r.inputs[0].shape;
  const Dims& repeats = r.attributes.Dims(0);
  const Value apart = Reshape(g, cotangents[0], Interleaved(repeats, shape));
  Dims dims;
  for (size_t d = 0; d < repeats.size(); ++d) dims.push_back(static_cast<int64_t>(2 * d));
  gradients[0] = dims.empty() ? apart : Reshape(g, Sum(g, apart, dims, false), shape);
}

void Batch(Builder& g, const BatchCall& call, absl::Span<Value> outputs) {
  Dims repeats = call.attributes.Dims(0);
  Dims shape = call.inputs[0]->spec().shape;
  shape.insert(shape.begin() + 1, repeats.size() - call.rank(0), 1);
  repeats.insert(repeats.begin(), 1);
  outputs[0] = Repeat(g, Reshape(g, call.inputs[0], shape), repeats);
}

}  // namespace

const Op& RepeatOp() {
  static const Op& op = DefineOp({
      .name = "repeat",
      .doc = "So many copies of the tensor along each dimension.",
      .inputs = {"input"},
      .attributes = {{"repeats", AttributeKind::kDims}},
      .spec = Spec,
      .vjp = Vjp,
      .jvp =
          [](Builder& g, const Recorded& r, ValueSpan tangents, absl::Span<Value> outputs) {
            outputs[0] = Repeat(g, tangents[0], r.attributes.Dims(0));
          },
      .batch = Batch,
      .expand = Expansion,
  });
  return op;
}

Value Repeat(Builder& g, const Value& v, DimsView repeats) {
  return g.Apply(RepeatOp(), {v}, {Dims(repeats.begin(), repeats.end())});
}

}  // namespace gradd::ops
