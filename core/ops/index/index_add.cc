#include "core/ops/index/index_add.h"

#include "core/base/status.h"
#include "core/ops/index/adding.h"
#include "core/ops/index/index_select.h"
#include "core/ops/view/expand.h"

namespace gradd::ops {
namespace {

absl::Status Spec(const Op& op, SpecSpan inputs, const Attributes& attributes, Specs& outputs) {
  const TensorSpec& input = *inputs[0];
  const TensorSpec& index = *inputs[1];
  const TensorSpec& source = *inputs[2];
  if (index.dtype != DType::kInt64) {
    return InvalidArgument("DTYPE_MISMATCH", op.name, "(): Expected dtype int64 for index");
  }
  if (index.rank() != 1) {
    return InvalidArgument("SHAPE_MISMATCH", op.name, "(): Index is supposed to be a vector");
  }
  if (source.dtype != input.dtype) {
    return InvalidArgument("DTYPE_MISMATCH", op.name, "(): self (", Name(input.dtype),
                           ") and source (", Name(source.dtype), ") must have the same dtype");
  }
  if (input.rank() == 0) {
    return InvalidArgument("RANK_TOO_SMALL", op.name, "(): cannot be applied to a 0-dim tensor");
  }
  GRADD_ASSIGN_OR_RETURN(const int dim, NormalizeDim(attributes.Int(0), input.rank()));
  Dims expected = input.shape;
  expected[dim] = index.shape[0];
  if (source.shape != expected) {
    return InvalidArgument("SHAPE_MISMATCH", op.name, "(): source must have shape ",
                           ToString(expected), ", but has ", ToString(source.shape));
  }
  outputs.push_back(TensorSpec::Contiguous(input.dtype, input.shape, input.device));
  return absl::OkStatus();
}

void Vjp(Builder& g, const Recorded& r, ValueSpan cotangents, IndexSet needs,
         absl::Span<Value> gradients) {
  if (needs.Contains(0)) gradients[0] = cotangents[0];
  if (needs.Contains(2)) {
    gradients[2] = IndexSelect(g, cotangents[0], r.attributes.Int(0), r.input(1));
  }
}

void Batch(Builder& g, const BatchCall& call, absl::Span<Value> outputs) {
  if (call.batched.Contains(1)) return;  // an index each: the loop
  const absl::StatusOr<int> dim = NormalizeDim(call.attributes.Int(0), call.rank(0));
  Value inputs[3] = {call.inputs[0], call.inputs[1], call.inputs[2]};
  for (const int i : {0, 2}) {
    if (call.batched.Contains(i)) continue;
    Dims shape = inputs[i]->spec().shape;
    shape.insert(shape.begin(), call.size);
    inputs[i] = Expand(g, inputs[i], shape);
  }
  outputs[0] = IndexAdd(g, inputs[0], *dim + 1, inputs[1], inputs[2]);
}

}  // namespace

const Op& IndexAddOp() {
  static const Op& op = DefineOp({
      .name = "index_add",
      .doc = "The input with the slices of source added at the places that index names.",
      .inputs = {"input", "index", "source"},
      .attributes = {{"dim", AttributeKind::kInt}},
      .arguments = {"input", "dim", "index", "source"},
      .spec = Spec,
      .residuals = AddingResiduals,
      .vjp = Vjp,
      .jvp = AddingJvp,
      .batch = Batch,
      .checks_indices = true,
  });
  return op;
}

Value IndexAdd(Builder& g, const Value& v, int64_t dim, const Value& index, const Value& source) {
  return g.Apply(IndexAddOp(), {v, index, source}, {dim});
}

}  // namespace gradd::ops
