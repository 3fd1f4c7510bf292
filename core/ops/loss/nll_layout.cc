#include "core/ops/loss/nll_layout.h"

#include "core/base/status.h"
#include "core/ops/cast/to.h"
#include "core/ops/op_table.h"
#include "core/ops/reduction/sum.h"
#include "core/ops/view/view.h"

namespace gradd::ops {
namespace {

absl::Status CheckTargetRank(const TensorSpec& input, const TensorSpec& target) {
  if (input.rank() <= 2 && target.rank() > 1) {
    return InvalidArgument("SHAPE_MISMATCH",
                           "0D or 1D target tensor expected, multi-target not supported");
  }
  if (input.rank() == 4 && target.rank() != 3) {
    return InvalidArgument(
        "SHAPE_MISMATCH",
        "only batches of spatial targets supported (3D tensors) but got targets of dimension: ",
        target.rank());
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Dims> NllLossShape(const TensorSpec& input, const TensorSpec& target) {
  if (input.rank() == 0) {
    return InvalidArgument("RANK_TOO_SMALL", "Expected 1 or more dimensions (got 0)");
  }
  if (input.rank() == 1) {
    if (target.rank() == 1 && target.shape[0] != 1) {
      return InvalidArgument(
          "SHAPE_MISMATCH",
          "For 1D input, 1D target must have size 1, but got target size: ", target.shape[0]);
    }
  } else if (target.rank() == 0 || input.shape[0] != target.shape[0]) {
    return InvalidArgument("SHAPE_MISMATCH", "Expected input batch_size (", input.shape[0],
                           ") to match target batch_size (",
                           target.rank() == 0 ? 0 : target.shape[0], ").");
  }
  GRADD_RETURN_IF_ERROR(CheckTargetRank(input, target));
  if (target.dtype != DType::kInt64) {
    return InvalidArgument("DTYPE_MISMATCH", "expected target dtype to be Long or Byte, but got ",
                           ScalarTypeName(target.dtype));
  }
  if (!IsFloating(input.dtype)) {
    return Unimplemented("DTYPE_UNSUPPORTED", "\"nll_loss_out_frame\" not implemented for '",
                         ScalarTypeName(input.dtype), "'");
  }
  Dims shape = input.shape;
  shape.erase(shape.begin() + ClassDim(input.rank()));
  if (input.rank() > 1 && shape != target.shape) {
    if (input.rank() == 4) {
      return InvalidArgument("SHAPE_MISMATCH", "size mismatch (got input: ", ToString(input.shape),
                             " , target: ", ToString(target.shape), "");
    }
    return InvalidArgument("SHAPE_MISMATCH", "Expected target size ", ToString(shape), ", got ",
                           ToString(target.shape));
  }
  return shape;
}

Value CountPerElement(Builder& g, const Value& target, int64_t ignore_index, DType dtype) {
  if (!target) return nullptr;
  const Value rows = Reshape(g, target, {target->spec().shape[0], -1});
  const Value counted = g.Apply(*FindOp("ne"), {rows, MakeScalar(ignore_index)});
  return Cast(g, counted ? Sum(g, counted, {1}, false) : nullptr, dtype);
}

}  // namespace gradd::ops
