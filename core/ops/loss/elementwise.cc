#include "core/ops/loss/elementwise.h"

#include "core/base/status.h"
#include "core/ops/cast/to.h"
#include "core/ops/reduction/sum.h"
#include "core/ops/view/expand.h"
#include "core/spec/promotion.h"

namespace gradd::ops {
namespace {

// The share that each element has in the output.
double WeightOf(const Recorded& r, int64_t reduction) {
  if (reduction != kMeanReduction) return 1;
  const absl::StatusOr<Dims> shape = BroadcastShapes(r.inputs[0].shape, r.inputs[1].shape);
  return 1 / static_cast<double>(ElementCount(*shape));
}

}  // namespace

absl::Status ElementwiseLossSpec(const ElementwiseLoss& loss, SpecSpan inputs,
                                 const Attributes& attributes, Specs& outputs) {
  const int64_t reduction = attributes.Int(loss.reduction);
  GRADD_RETURN_IF_ERROR(CheckLossReduction(reduction));
  if (loss.check != nullptr) GRADD_RETURN_IF_ERROR(loss.check(inputs, attributes));
  const DType dtype = ResultType(inputs);
  if (!IsFloating(dtype)) {
    return Unimplemented("DTYPE_UNSUPPORTED", "\"", loss.kernel_name, "\" not implemented for '",
                         ScalarTypeName(dtype), "'");
  }
  GRADD_ASSIGN_OR_RETURN(Dims shape, BroadcastShapes(inputs[0]->shape, inputs[1]->shape));
  GRADD_RETURN_IF_ERROR(CheckShape(shape));
  if (reduction != kNoReduction) shape.clear();
  const DeviceId device = inputs[inputs[0]->weak ? 1 : 0]->device;
  outputs.push_back(TensorSpec::Contiguous(dtype, std::move(shape), device));
  return absl::OkStatus();
}

void ExpandElementwiseLoss(Builder& g, const ElementwiseLoss& loss, ValueSpan inputs,
                           const Attributes& attributes, absl::Span<Value> outputs) {
  const Expr value = loss.value(Expr(g, inputs[0]), Expr(g, inputs[1]), attributes);
  outputs[0] = ReduceLoss(g, value.ToValue(), attributes.Int(loss.reduction));
}

void ElementwiseLossVjp(Builder& g, const ElementwiseLoss& loss, const Recorded& r,
                        const Value& cotangent, IndexSet needs, absl::Span<Value> gradients) {
  const Expr input(g, r.input(0)), target(g, r.input(1));
  const double weight = WeightOf(r, r.attributes.Int(loss.reduction));
  const Expr scale = Expr(g, cotangent) * Expr(weight);
  for (int i = 0; i < 2; ++i) {
    if (!needs.Contains(i)) continue;
    const Expr gradient = loss.derivative(input, target, r.attributes, i, scale);
    gradients[i] = Cast(g, SumTo(g, gradient.ToValue(), r.inputs[i].shape), r.inputs[i].dtype);
  }
}

void ElementwiseLossJvp(Builder& g, const ElementwiseLoss& loss, const Recorded& r,
                        ValueSpan tangents, absl::Span<Value> outputs) {
  const Expr input(g, r.input(0)), target(g, r.input(1));
  const int64_t reduction = r.attributes.Int(loss.reduction);
  const absl::StatusOr<Dims> shape = BroadcastShapes(r.inputs[0].shape, r.inputs[1].shape);
  Expr sum(0.0);
  for (int i = 0; i < 2; ++i) {
    if (!tangents[i]) continue;
    sum = sum + loss.derivative(input, target, r.attributes, i, Expr(g, tangents[i]));
  }
  outputs[0] =
      Cast(g, ReduceLoss(g, Expand(g, sum.ToValue(), *shape), reduction), r.outputs[0].dtype);
}

}  // namespace gradd::ops
