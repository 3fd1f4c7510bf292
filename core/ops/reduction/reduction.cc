#include "core/ops/reduction/reduction.h"

#include <algorithm>
#include <utility>

#include "core/base/status.h"
#include "core/ops/reduction/sum.h"
#include "core/ops/view/view.h"

namespace gradd::ops {

absl::Status ReductionSpec(SpecSpan inputs, const Attributes& attributes, ReductionPlaces places,
                           DType dtype, Specs& outputs) {
  const TensorSpec& input = *inputs[0];
  GRADD_ASSIGN_OR_RETURN(const Dims dims,
                         NormalizeReductionDims(attributes.Dims(places.dims), input.rank()));
  Dims shape;
  for (int i = 0; i < input.rank(); ++i) {
    const bool reduced = std::find(dims.begin(), dims.end(), i) != dims.end();
    if (!reduced) shape.push_back(input.shape[i]);
    if (reduced && attributes.Bool(places.keepdim)) shape.push_back(1);
  }
  outputs.push_back(TensorSpec::Contiguous(dtype, std::move(shape), input.device));
  return absl::OkStatus();
}

Dims ReducedDims(const TensorSpec& input, const Attributes& attributes, ReductionPlaces places) {
  return *NormalizeReductionDims(attributes.Dims(places.dims), input.rank());
}

int64_t ReducedCount(const TensorSpec& input, const Attributes& attributes,
                     ReductionPlaces places) {
  int64_t count = 1;
  for (const int64_t dim : ReducedDims(input, attributes, places)) count *= input.shape[dim];
  return count;
}

Value WithKeptDims(Builder& g, const Value& v, const TensorSpec& input,
                   const Attributes& attributes, ReductionPlaces places) {
  if (attributes.Bool(places.keepdim)) return v;
  Dims kept = input.shape;
  for (const int64_t dim : ReducedDims(input, attributes, places)) kept[dim] = 1;
  return Reshape(g, v, kept);
}

Value SumReduced(Builder& g, const Value& v, const Attributes& attributes, ReductionPlaces places) {
  return v ? Sum(g, v, attributes.Dims(places.dims), attributes.Bool(places.keepdim)) : nullptr;
}

int ReductionOverload(SpecView, const Attributes& attributes) {
  constexpr ReductionPlaces kPlaces;
  const bool is_whole = attributes.Dims(kPlaces.dims).empty() && !attributes.Bool(kPlaces.keepdim);
  return is_whole ? 0 : 1;
}

void BatchReduction(Builder& g, const BatchCall& call, ReductionPlaces places,
                    absl::Span<Value> outputs) {
  std::vector<AttributeValue> attributes;
  for (size_t i = 0; i < call.attributes.size(); ++i) attributes.push_back(call.attributes[i]);
  Value input = call.inputs[0];
  if (call.rank(0) == 0) {  // scalars: a row of one element each, because no dimensions mean all
    input = Reshape(g, input, {call.size, 1});
    attributes[places.dims] = Dims{1};
    attributes[places.keepdim] = false;
  } else {
    Dims shifted = *NormalizeReductionDims(call.attributes.Dims(places.dims), call.rank(0));
    for (int64_t& dim : shifted) ++dim;
    attributes[places.dims] = std::move(shifted);
  }
  const Values made = g.ApplyAll(call.op, {input}, Attributes(std::move(attributes)));
  std::copy(made.begin(), made.end(), outputs.begin());
}

Op ReductionDescription(std::string name, std::string doc) {
  Op op;
  op.name = std::move(name);
  op.doc = std::move(doc);
  op.inputs = {"input"};
  op.attributes = {{"dims", AttributeKind::kDims, false, Dims()},
                   {"keepdim", AttributeKind::kBool, false, false}};
  op.batch = [](Builder& g, const BatchCall& call, absl::Span<Value> outputs) {
    BatchReduction(g, call, {}, outputs);
  };
  return op;
}

}  // namespace gradd::ops
