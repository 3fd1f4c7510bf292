#include "core/ops/loss/nll_loss.h"

#include "core/base/status.h"
#include "core/ops/cast/to.h"
#include "core/ops/expr.h"
#include "core/ops/loss/nll_layout.h"
#include "core/ops/loss/nll_loss_vjp.h"
#include "core/ops/reduction/sum.h"
#include "core/ops/rules.h"
#include "core/ops/view/expand.h"
#include "core/ops/view/view.h"

namespace gradd::ops {
namespace {

absl::Status Spec(const Op&, SpecSpan inputs, const Attributes& attributes, Specs& outputs) {
  GRADD_RETURN_IF_ERROR(CheckLossReduction(attributes.Int(kNllReduction)));
  GRADD_ASSIGN_OR_RETURN(Dims shape, NllLossShape(*inputs[0], *inputs[1]));
  if (attributes.Int(kNllReduction) != kNoReduction) shape.clear();
  outputs.push_back(TensorSpec::Contiguous(inputs[0]->dtype, std::move(shape), inputs[0]->device));
  return absl::OkStatus();
}

// The elements of the batch become more rows of one call without a reduction, which is then done
// for each element of the batch.
void Batch(Builder& g, const BatchCall& call, absl::Span<Value> outputs) {
  Value inputs[2];
  for (int i = 0; i < 2; ++i) {
    Dims shape = call.inputs[i]->spec().shape;
    if (!call.batched.Contains(i)) shape.insert(shape.begin(), call.size);
    inputs[i] = Expand(g, call.inputs[i], shape);
  }
  if (!g.ok()) return;
  const int64_t ignore_index = call.attributes.Int(kNllIgnoreIndex);
  const int64_t reduction = call.attributes.Int(kNllReduction);
  const Dims shape = inputs[0]->spec().shape;
  Dims losses_shape = shape;
  losses_shape.erase(losses_shape.begin() + 1 + ClassDim(call.rank(0)));
  Dims rows = shape, targets = losses_shape;
  for (Dims* dims : {&rows, &targets}) {
    if (call.rank(0) == 1) continue;  // the batch is all the rows there are
    (*dims)[1] *= (*dims)[0];
    dims->erase(dims->begin());
  }
  const Value input = Reshape(g, inputs[0], rows);
  const Value losses =
      NllLoss(g, input, Reshape(g, inputs[1], targets), ignore_index, kNoReduction);
  if (reduction == kNoReduction) {
    outputs[0] = Reshape(g, losses, losses_shape);
    return;
  }
  if (!g.ok()) return;
  const DType dtype = losses->spec().dtype;
  const DType wide = dtype == DType::kFloat64 ? dtype : DType::kFloat32;
  const int64_t each = ElementCount(losses_shape) / std::max<int64_t>(1, call.size);
  const Value sum = Sum(g, Cast(g, Reshape(g, losses, {call.size, each}), wide), {1}, false);
  Expr result(g, sum);
  if (reduction == kMeanReduction) {
    result = result / Expr(g, CountPerElement(g, inputs[1], ignore_index, wide));
  }
  outputs[0] = Cast(g, result.ToValue(), dtype);
}

}  // namespace

const Op& NllLossOp() {
  static const Op& op = DefineOp({
      .name = "nll_loss",
      .doc = "Minus the input's entries at the classes that target names; reduction: 0 none, 1 "
             "mean of those not ignored, 2 sum.",
      .inputs = {"input", "target"},
      .attributes = {{"ignore_index", AttributeKind::kInt, false, int64_t{-100}},
                     ReductionAttribute()},
      .spec = Spec,
      .residuals = KeepInput<1>,
      .vjp =
          [](Builder& g, const Recorded& r, ValueSpan cotangents, IndexSet,
             absl::Span<Value> gradients) {
            gradients[0] =
                NllLossVjp(g, cotangents[0], r.input(1), r.inputs[0].shape,
                           r.attributes.Int(kNllIgnoreIndex), r.attributes.Int(kNllReduction));
          },
      .jvp =
          [](Builder& g, const Recorded& r, ValueSpan tangents, absl::Span<Value> outputs) {
            outputs[0] = g.Apply(r.op, {tangents[0], r.input(1)}, r.attributes);
          },
      .batch = Batch,
      .checks_indices = true,
  });
  return op;
}

Value NllLoss(Builder& g, const Value& input, const Value& target, int64_t ignore_index,
              int64_t reduction) {
  return g.Apply(NllLossOp(), {input, target}, {ignore_index, reduction});
}

}  // namespace gradd::ops
