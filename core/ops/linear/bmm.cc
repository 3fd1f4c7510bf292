#include "core/ops/linear/bmm.h"

#include "core/base/status.h"
#include "core/ops/linear/product.h"

namespace gradd::ops {
namespace {

absl::Status Spec(const Op&, SpecSpan inputs, const Attributes&, Specs& outputs) {
  const TensorSpec& a = *inputs[0];
  const TensorSpec& b = *inputs[1];
  if (a.rank() != 3 || b.rank() != 3) {
    return InvalidArgument("RANK_MISMATCH", a.rank() != 3 ? "batch1" : "batch2",
                           " must be a 3D tensor");
  }
  if (b.shape[0] != a.shape[0] || b.shape[1] != a.shape[2]) {
    return InvalidArgument(
        "SHAPE_MISMATCH", "Expected size for first two dimensions of batch2 tensor to be: [",
        a.shape[0], ", ", a.shape[2], "] but got: [", b.shape[0], ", ", b.shape[1], "].");
  }
  if (a.dtype != b.dtype) {
    return InvalidArgument("DTYPE_MISMATCH", "expected scalar type ", ScalarTypeName(a.dtype),
                           " but found ", ScalarTypeName(b.dtype));
  }
  GRADD_RETURN_IF_ERROR(CheckNumeric("bmm", a.dtype));
  outputs.push_back(
      TensorSpec::Contiguous(a.dtype, {a.shape[0], a.shape[1], b.shape[2]}, a.device));
  return CheckShape(outputs.back().shape);
}

}  // namespace

const Op& BmmOp() {
  static const Op& op =
      DefineOp(ProductOp("bmm", "The products of two batches of matrices, without broadcasting.",
                         "input", "mat2", Spec, "BmmBackward0"));
  return op;
}

}  // namespace gradd::ops
