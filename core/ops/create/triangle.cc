#include "core/ops/create/triangle.h"

#include <utility>

#include "core/base/status.h"
#include "core/ops/builder.h"
#include "core/ops/rules.h"

namespace gradd::ops {
namespace {

absl::Status Spec(const Op& op, SpecSpan inputs, const Attributes&, Specs& outputs) {
  if (inputs[0]->rank() < 2) {
    return InvalidArgument("RANK_TOO_SMALL", op.name,
                           ": input tensor must have at least 2 dimensions");
  }
  outputs.push_back(TensorSpec::Contiguous(inputs[0]->dtype, inputs[0]->shape, inputs[0]->device));
  return absl::OkStatus();
}

}  // namespace

const Op& DefineTriangle(std::string name, std::string doc) {
  return DefineOp({
      .name = std::move(name),
      .doc = std::move(doc),
      .inputs = {"input"},
      .attributes = {{"diagonal", AttributeKind::kInt, false, int64_t{0}}},
      .spec = Spec,
      .vjp =
          [](Builder& g, const Recorded& r, ValueSpan cotangents, IndexSet,
             absl::Span<Value> gradients) {
            gradients[0] = g.Apply(r.op, {cotangents[0]}, r.attributes);
          },
      .jvp = ApplyToTangent,
      .batch =
          [](Builder& g, const BatchCall& call, absl::Span<Value> outputs) {
            outputs[0] = g.Apply(call.op, {call.inputs[0]}, call.attributes);
          },
      .has_in_place = true,
  });
}

}  // namespace gradd::ops
