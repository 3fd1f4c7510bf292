#include "core/ops/index/masked_select.h"

#include "core/base/status.h"
#include "core/ops/create/full.h"
#include "core/ops/index/index_add.h"
#include "core/ops/index/index_select.h"
#include "core/ops/index/nonzero.h"
#include "core/ops/reduction/sum.h"
#include "core/ops/rules.h"
#include "core/ops/view/expand.h"
#include "core/ops/view/view.h"

namespace gradd::ops {
namespace {

absl::Status Spec(const Op&, SpecSpan inputs, const Attributes&, Specs& outputs) {
  const TensorSpec& input = *inputs[0];
  if (inputs[1]->dtype != DType::kBool) {
    return InvalidArgument("DTYPE_MISMATCH", "masked_select: expected BoolTensor for mask");
  }
  GRADD_RETURN_IF_ERROR(BroadcastShapes(input.shape, inputs[1]->shape).status());
  // How many there are is known only once the mask is read; until then it is 0.
  outputs.push_back(TensorSpec::Contiguous(input.dtype, {0}, input.device));
  return absl::OkStatus();
}

Dims CommonShape(const TensorSpec& input, const TensorSpec& mask) {
  return *BroadcastShapes(input.shape, mask.shape);
}

// The flat places in `shape` where the mask is true.
Value Places(Builder& g, const Value& mask, DimsView shape) {
  const Value flat = Reshape(g, Expand(g, mask, shape), Dims{ElementCount(shape)});
  const Value rows = g.Apply(NonzeroOp(), {flat});
  return rows ? Reshape(g, rows, Dims{rows->spec().shape[0]}) : nullptr;
}

Value Select(Builder& g, const Value& v, const Value& mask) {
  const Dims shape = CommonShape(v->spec(), mask->spec());
  const Value flat = Reshape(g, Expand(g, v, shape), Dims{ElementCount(shape)});
  return IndexSelect(g, flat, 0, Places(g, mask, shape));
}

void Vjp(Builder& g, const Recorded& r, ValueSpan cotangents, IndexSet,
         absl::Span<Value> gradients) {
  const TensorSpec& input = r.inputs[0];
  const Dims shape = CommonShape(input, r.inputs[1]);
  const Value zeros = Full(g, Dims{ElementCount(shape)}, 0, input.dtype, input.device);
  const Value flat = IndexAdd(g, zeros, 0, Places(g, r.input(1), shape), cotangents[0]);
  gradients[0] = SumTo(g, Reshape(g, flat, shape), input.shape);
}

}  // namespace

const Op& MaskedSelectOp() {
  static const Op& op = DefineOp({
      .name = "masked_select",
      .doc = "The elements where the mask, broadcast with the input, is true, in a vector.",
      .inputs = {"input", "mask"},
      .spec = Spec,
      .residuals = KeepInput<1>,
      .vjp = Vjp,
      .jvp = [](Builder& g, const Recorded& r, ValueSpan tangents,
                absl::Span<Value> outputs) { outputs[0] = Select(g, tangents[0], r.input(1)); },
      .expand = [](Builder& g, const Op&, ValueSpan inputs, const Attributes&,
                   absl::Span<Value> outputs) { outputs[0] = Select(g, inputs[0], inputs[1]); },
      .is_data_dependent = true,
  });
  return op;
}

}  // namespace gradd::ops
