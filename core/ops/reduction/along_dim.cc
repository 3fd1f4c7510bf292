#include "core/ops/reduction/along_dim.h"

#include "core/ops/view/expand.h"
#include "core/ops/view/view.h"

namespace gradd::ops {

void BatchAlongDim(Builder& g, const BatchCall& call, int place, absl::Span<Value> outputs) {
  const int rank = call.rank(0);
  const absl::StatusOr<int> dim = NormalizeDim(call.attributes.Int(place), rank);
  std::vector<AttributeValue> attributes;
  for (size_t i = 0; i < call.attributes.size(); ++i) attributes.push_back(call.attributes[i]);
  attributes[place] = int64_t{*dim} + 1;
  Values inputs;
  for (size_t i = 0; i < call.inputs.size(); ++i) {
    Dims shape = call.inputs[i]->spec().shape;
    Value input = call.inputs[i];
    if (!call.batched.Contains(i)) {
      shape.insert(shape.begin(), call.size);
      input = Expand(g, input, shape);
    }
    if (rank == 0) input = Reshape(g, input, {call.size, 1});
    inputs.push_back(std::move(input));
  }
  const Values made = g.ApplyAll(call.op, inputs, Attributes(std::move(attributes)));
  for (size_t i = 0; i < made.size(); ++i) {
    outputs[i] = rank == 0 ? Reshape(g, made[i], {call.size}) : made[i];
  }
}

}  // namespace gradd::ops
