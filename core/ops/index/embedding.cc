#include "core/ops/index/embedding.h"

#include "core/base/status.h"
#include "core/ops/cast/to.h"
#include "core/ops/create/full.h"
#include "core/ops/index/index_add.h"
#include "core/ops/op_table.h"
#include "core/ops/rules.h"
#include "core/ops/view/view.h"

namespace gradd::ops {
namespace {

enum { kWeight, kIndices };

absl::Status Spec(const Op&, SpecSpan inputs, const Attributes&, Specs& outputs) {
  const TensorSpec& weight = *inputs[kWeight];
  const TensorSpec& indices = *inputs[kIndices];
  if (weight.rank() != 2) {
    return InvalidArgument("SHAPE_MISMATCH", "'weight' must be 2-D");
  }
  if (!IsIntegral(indices.dtype)) {
    return InvalidArgument("DTYPE_MISMATCH",
                           "Expected tensor for argument #1 'indices' to have one of the following "
                           "scalar types: Long, Int; but got ",
                           TensorTypeName(indices.dtype),
                           " instead (while checking arguments for embedding)");
  }
  Dims shape = indices.shape;
  shape.push_back(weight.shape[1]);
  GRADD_RETURN_IF_ERROR(CheckShape(shape));
  outputs.push_back(TensorSpec::Contiguous(weight.dtype, std::move(shape), weight.device));
  return absl::OkStatus();
}

// The rows of the weight get the cotangents of the places that they were copied to.
void Vjp(Builder& g, const Recorded& r, ValueSpan cotangents, IndexSet,
         absl::Span<Value> gradients) {
  static const Op& equal = *FindOp("eq");
  static const Op& fill = *FindOp("masked_fill");
  const TensorSpec& weight = r.inputs[kWeight];
  const int64_t count = r.inputs[kIndices].element_count();
  const Value indices = Cast(g, Reshape(g, r.input(kIndices), Dims{count}), DType::kInt64);
  Value rows = Reshape(g, cotangents[0], Dims{count, weight.shape[1]});
  if (const int64_t padding = r.attributes.Int(0); padding >= 0) {
    const Value is_padding = g.Apply(equal, {indices, MakeScalar(padding)});
    rows = g.Apply(fill, {rows, Reshape(g, is_padding, Dims{count, 1}), MakeScalar(0)});
  }
  gradients[kWeight] = IndexAdd(g, ZerosLike(g, weight), 0, indices, rows);
}

void Batch(Builder& g, const BatchCall& call, absl::Span<Value> outputs) {
  if (call.batched.Contains(kWeight)) return;  // a weight each: the loop
  outputs[0] = g.Apply(call.op, {call.inputs[kWeight], call.inputs[kIndices]}, call.attributes);
}

}  // namespace

const Op& EmbeddingOp() {
  static const Op& op = DefineOp({
      .name = "embedding",
      .doc = "The row of weight that each index names. The row of padding_idx (-1: none) gets no "
             "gradient.",
      .inputs = {"weight", "indices"},
      .attributes = {{"padding_idx", AttributeKind::kInt, false, int64_t{-1}}},
      .spec = Spec,
      .residuals = KeepInput<kIndices>,
      .vjp = Vjp,
      .jvp =
          [](Builder& g, const Recorded& r, ValueSpan tangents, absl::Span<Value> outputs) {
            outputs[0] = g.Apply(r.op, {tangents[kWeight], r.input(kIndices)}, r.attributes);
          },
      .batch = Batch,
      .checks_indices = true,
  });
  return op;
}

}  // namespace gradd::ops
