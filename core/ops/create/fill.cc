#include "core/ops/create/fill.h"

#include "core/base/status.h"
#include "core/ops/view/copy.h"

namespace gradd::ops {
namespace {

absl::Status Spec(const Op&, SpecSpan inputs, const Attributes&, Specs& outputs) {
  const TensorSpec& input = *inputs[0];
  if (inputs[1]->rank() != 0) {
    return InvalidArgument("RANK_TOO_LARGE",
                           "fill_ only supports 0-dimension value tensor but got tensor with ",
                           inputs[1]->rank(), " dimensions.");
  }
  outputs.push_back(TensorSpec::Contiguous(input.dtype, input.shape, input.device));
  return absl::OkStatus();
}

}  // namespace

const Op& FillOp() {
  static const Op& op = DefineOp({
      .name = "fill",
      .doc = "One value, a number or a tensor without dimensions, in the place of every element.",
      .inputs = {"input", "value"},
      .spec = Spec,
      .vjp = CopyVjp,
      .jvp = CopyJvp,
      .batch = CopyBatch,
      .moves_devices = true,
      .has_in_place = true,
      .number_inputs = IndexSet(0b10),
      .node_overload = [](SpecView inputs, const Attributes&) { return inputs[1].weak ? 2 : 3; },
  });
  return op;
}

}  // namespace gradd::ops
