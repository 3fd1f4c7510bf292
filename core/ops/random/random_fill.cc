#include "core/ops/random/random_fill.h"

#include <utility>

#include "core/base/status.h"
#include "core/ops/create/full.h"

namespace gradd::ops {

const Op& DefineRandomFill(std::string name, std::string doc, SpecRule spec,
                           std::vector<AttributeDef> attributes) {
  attributes.push_back({"seed", AttributeKind::kInt, true});
  attributes.push_back({"offset", AttributeKind::kInt, true});
  return DefineOp({
      .name = std::move(name),
      .doc = std::move(doc),
      .inputs = {"input"},
      .attributes = std::move(attributes),
      .spec = spec,
      .vjp = [](Builder& g, const Recorded& r, ValueSpan, IndexSet,
                absl::Span<Value> gradients) { gradients[0] = ZerosLike(g, r.inputs[0]); },
      .jvp = [](Builder&, const Recorded&, ValueSpan, absl::Span<Value>) {},
      .is_random = true,
      .has_in_place = true,
  });
}

absl::Status RandomFillSpec(const Op& op, SpecSpan inputs, Specs& outputs) {
  const TensorSpec& input = *inputs[0];
  if (!IsFloating(input.dtype)) {
    return Unimplemented("DTYPE_UNSUPPORTED", op.name, "(): not implemented for ",
                         Name(input.dtype));
  }
  outputs.push_back(TensorSpec::Contiguous(input.dtype, input.shape, input.device));
  return absl::OkStatus();
}

}  // namespace gradd::ops
