#include "core/ops/join/stack.h"

#include "core/base/status.h"
#include "core/ops/cast/to.h"
#include "core/ops/create/full.h"
#include "core/ops/rules.h"
#include "core/ops/view/expand.h"
#include "core/ops/view/select.h"
#include "core/spec/promotion.h"

namespace gradd::ops {
namespace {

absl::Status Spec(const Op&, SpecSpan inputs, const Attributes& attributes, Specs& outputs) {
  if (inputs.empty()) {
    return InvalidArgument("EMPTY_LIST", "stack expects a non-empty TensorList");
  }
  const TensorSpec& first = *inputs[0];
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (inputs[i]->weak) {
      return InvalidArgument("NUMBER_NOT_TENSOR",
                             "stack expects tensors, but got a number at entry ", i);
    }
    if (inputs[i]->shape == first.shape) continue;
    return InvalidArgument("SHAPE_MISMATCH", "stack expects each tensor to be equal size, but got ",
                           ToString(first.shape), " at entry 0 and ", ToString(inputs[i]->shape),
                           " at entry ", i);
  }
  GRADD_ASSIGN_OR_RETURN(const int dim, NormalizeDim(attributes.Int(0), first.rank() + 1));
  Dims shape = first.shape;
  shape.insert(shape.begin() + dim, static_cast<int64_t>(inputs.size()));
  GRADD_RETURN_IF_ERROR(CheckShape(shape));
  outputs.push_back(TensorSpec::Contiguous(ResultType(inputs), std::move(shape), first.device));
  return absl::OkStatus();
}

void Vjp(Builder& g, const Recorded& r, ValueSpan cotangents, IndexSet needs,
         absl::Span<Value> gradients) {
  for (size_t i = 0; i < r.inputs.size(); ++i) {
    if (!needs.Contains(i)) continue;
    const Value part =
        g.Apply(SelectOp(), {cotangents[0]}, {r.attributes[0], static_cast<int64_t>(i)});
    gradients[i] = Cast(g, part, r.inputs[i].dtype);
  }
}

void Jvp(Builder& g, const Recorded& r, ValueSpan tangents, absl::Span<Value> outputs) {
  if (!IsFloating(r.outputs[0].dtype)) return;
  Values parts;
  for (size_t i = 0; i < tangents.size(); ++i) {
    const TensorSpec& input = r.inputs[i];
    parts.push_back(tangents[i] ? tangents[i]
                                : Full(g, input.shape, 0, r.outputs[0].dtype, input.device));
  }
  outputs[0] = Cast(g, g.ApplySpan(StackOp(), parts, r.attributes), r.outputs[0].dtype);
}

void Batch(Builder& g, const BatchCall& call, absl::Span<Value> outputs) {
  Values parts;
  absl::InlinedVector<TensorSpec, 3> elements;  // whose ranks have a say in promotion
  absl::InlinedVector<const TensorSpec*, 3> specs;
  for (size_t i = 0; i < call.inputs.size(); ++i) {
    Dims shape = call.inputs[i]->spec().shape;
    if (!call.batched.Contains(i)) shape.insert(shape.begin(), call.size);
    parts.push_back(Expand(g, call.inputs[i], shape));
    shape.erase(shape.begin());
    elements.push_back(TensorSpec::Contiguous(call.inputs[i]->spec().dtype, shape, {}));
  }
  for (const TensorSpec& element : elements) specs.push_back(&element);
  const absl::StatusOr<int> dim = NormalizeDim(call.attributes.Int(0), call.rank(0) + 1);
  outputs[0] = Cast(g, g.ApplySpan(call.op, parts, {int64_t{*dim} + 1}), ResultType(specs));
}

}  // namespace

const Op& StackOp() {
  static const Op& op = DefineOp({
      .name = "stack",
      .doc = "Tensors of one shape side by side along a new dimension.",
      .inputs = {"tensors"},
      .attributes = {{"dim", AttributeKind::kInt, false, int64_t{0}}},
      .spec = Spec,
      .vjp = Vjp,
      .jvp = Jvp,
      .batch = Batch,
      .integer_range = RangeOfAllInputs,
      .is_variadic = true,
  });
  return op;
}

}  // namespace gradd::ops
