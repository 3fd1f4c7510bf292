#include "core/ops/loss/nll_loss_vjp.h"

#include "core/base/status.h"
#include "core/ops/expr.h"
#include "core/ops/loss/nll_layout.h"
#include "core/ops/loss/nll_loss.h"
#include "core/ops/rules.h"
#include "core/ops/view/expand.h"
#include "core/ops/view/view.h"

namespace gradd::ops {
namespace {

enum { kIgnoreIndex, kReduction, kShape };

absl::Status Spec(const Op& op, SpecSpan inputs, const Attributes& attributes, Specs& outputs) {
  const TensorSpec& cotangent = *inputs[0];
  GRADD_RETURN_IF_ERROR(CheckLossReduction(attributes.Int(kReduction)));
  GRADD_RETURN_IF_ERROR(CheckShape(attributes.Dims(kShape)));
  TensorSpec output =
      TensorSpec::Contiguous(cotangent.dtype, attributes.Dims(kShape), cotangent.device);
  GRADD_ASSIGN_OR_RETURN(Dims losses, NllLossShape(output, *inputs[1]));
  if (attributes.Int(kReduction) != kNoReduction) losses.clear();
  if (cotangent.shape != losses) {
    return InvalidArgument("SHAPE_MISMATCH", op.name, "(): the cotangent has shape ",
                           ToString(cotangent.shape), " instead of ", ToString(losses));
  }
  outputs.push_back(std::move(output));
  return absl::OkStatus();
}

// As that of nll_loss: more rows of one call, whose cotangents have been divided already.
void Batch(Builder& g, const BatchCall& call, absl::Span<Value> outputs) {
  const int64_t ignore_index = call.attributes.Int(kIgnoreIndex);
  const int64_t reduction = call.attributes.Int(kReduction);
  Value target = call.inputs[1], cotangent = call.inputs[0];
  for (Value* input : {&cotangent, &target}) {
    const size_t i = input == &target ? 1 : 0;
    Dims shape = (*input)->spec().shape;
    if (!call.batched.Contains(i)) shape.insert(shape.begin(), call.size);
    *input = Expand(g, *input, shape);
  }
  if (!g.ok()) return;
  if (reduction == kMeanReduction) {
    const Expr count(g, CountPerElement(g, target, ignore_index, cotangent->spec().dtype));
    cotangent = (Expr(g, cotangent) / count).ToValue();
  }
  const int rank = static_cast<int>(call.attributes.Dims(kShape).size());
  Dims shape = call.attributes.Dims(kShape), losses = shape;
  losses.erase(losses.begin() + ClassDim(rank));
  if (reduction != kNoReduction) {
    Dims each(losses.size(), 1);
    each.insert(each.begin(), call.size);
    cotangent = Reshape(g, cotangent, each);
    losses.insert(losses.begin(), call.size);
    cotangent = Expand(g, cotangent, losses);
  } else {
    losses.insert(losses.begin(), call.size);
  }
  Dims rows = shape;
  if (rank == 1) {
    rows.insert(rows.begin(), call.size);
  } else {
    rows[0] *= call.size;
    losses[1] *= losses[0];
    losses.erase(losses.begin());
  }
  const Value made = NllLossVjp(g, Reshape(g, cotangent, losses), Reshape(g, target, losses), rows,
                                ignore_index, kNoReduction);
  shape.insert(shape.begin(), call.size);
  outputs[0] = Reshape(g, made, shape);
}

}  // namespace

const Op& NllLossVjpOp() {
  static const Op& op = DefineOp({
      .name = "nll_loss_vjp",
      .doc = "The cotangent of nll_loss's input.",
      .inputs = {"cotangent", "target"},
      .attributes = {{"ignore_index", AttributeKind::kInt},
                     {"reduction", AttributeKind::kInt},
                     {"shape", AttributeKind::kDims}},
      .spec = Spec,
      .residuals = KeepInput<1>,
      .vjp =
          [](Builder& g, const Recorded& r, ValueSpan cotangents, IndexSet,
             absl::Span<Value> gradients) {
            gradients[0] = NllLoss(g, cotangents[0], r.input(1), r.attributes.Int(kIgnoreIndex),
                                   r.attributes.Int(kReduction));
          },
      .jvp =
          [](Builder& g, const Recorded& r, ValueSpan tangents, absl::Span<Value> outputs) {
            outputs[0] = g.Apply(r.op, {tangents[0], r.input(1)}, r.attributes);
          },
      .batch = Batch,
      .checks_indices = true,
      .is_internal = true,
  });
  return op;
}

Value NllLossVjp(Builder& g, const Value& cotangent, const Value& target, DimsView shape,
                 int64_t ignore_index, int64_t reduction) {
  return g.Apply(NllLossVjpOp(), {cotangent, target},
                 {ignore_index, reduction, Dims(shape.begin(), shape.end())});
}

}  // namespace gradd::ops
