#include "core/ops/index/index_select.h"

#include "core/base/status.h"
#include "core/ops/create/full.h"
#include "core/ops/index/index_add.h"
#include "core/ops/rules.h"

namespace gradd::ops {
namespace {

absl::Status Spec(const Op& op, SpecSpan inputs, const Attributes& attributes, Specs& outputs) {
  const TensorSpec& input = *inputs[0];
  const TensorSpec& index = *inputs[1];
  if (index.dtype != DType::kInt64) {
    return InvalidArgument("DTYPE_MISMATCH", op.name, "(): Expected dtype int64 for index");
  }
  if (index.rank() != 1) {
    return InvalidArgument("SHAPE_MISMATCH", op.name, "(): Index is supposed to be a vector");
  }
  if (input.rank() == 0) {
    return InvalidArgument("RANK_TOO_SMALL", op.name, "(): cannot be applied to a 0-dim tensor");
  }
  GRADD_ASSIGN_OR_RETURN(const int dim, NormalizeDim(attributes.Int(0), input.rank()));
  Dims shape = input.shape;
  shape[dim] = index.shape[0];
  GRADD_RETURN_IF_ERROR(CheckShape(shape));
  outputs.push_back(TensorSpec::Contiguous(input.dtype, std::move(shape), input.device));
  return absl::OkStatus();
}

}  // namespace

const Op& IndexSelectOp() {
  static const Op& op = DefineOp({
      .name = "index_select",
      .doc = "The slices along a dimension that the entries of index name, in their order.",
      .inputs = {"input", "index"},
      .attributes = {{"dim", AttributeKind::kInt}},
      .arguments = {"input", "dim", "index"},
      .spec = Spec,
      .residuals = KeepInput<1>,
      .vjp =
          [](Builder& g, const Recorded& r, ValueSpan cotangents, IndexSet,
             absl::Span<Value> gradients) {
            gradients[0] = IndexAdd(g, ZerosLike(g, r.inputs[0]), r.attributes.Int(0), r.input(1),
                                    cotangents[0]);
          },
      .jvp =
          [](Builder& g, const Recorded& r, ValueSpan tangents, absl::Span<Value> outputs) {
            outputs[0] = IndexSelect(g, tangents[0], r.attributes.Int(0), r.input(1));
          },
      .batch =
          [](Builder& g, const BatchCall& call, absl::Span<Value> outputs) {
            if (call.batched.Contains(1)) return;  // an index each: the loop
            const absl::StatusOr<int> dim = NormalizeDim(call.attributes.Int(0), call.rank(0));
            outputs[0] = IndexSelect(g, call.inputs[0], *dim + 1, call.inputs[1]);
          },
      .integer_range = RangeOfInput<0>,
      .checks_indices = true,
  });
  return op;
}

Value IndexSelect(Builder& g, const Value& v, int64_t dim, const Value& index) {
  return g.Apply(IndexSelectOp(), {v, index}, {dim});
}

}  // namespace gradd::ops
