#include "core/ops/linear/mv.h"

#include "core/base/status.h"
#include "core/ops/linear/product.h"

namespace gradd::ops {
namespace {

absl::Status Spec(const Op&, SpecSpan inputs, const Attributes&, Specs& outputs) {
  const TensorSpec& matrix = *inputs[0];
  const TensorSpec& vector = *inputs[1];
  if (matrix.rank() != 2 || vector.rank() != 1) {
    // The first number is of the result that PyTorch has made by then.
    return InvalidArgument("RANK_MISMATCH", "vector + matrix @ vector expected, got 1, ",
                           matrix.rank(), ", ", vector.rank());
  }
  if (matrix.shape[1] != vector.shape[0]) {
    return InvalidArgument("SHAPE_MISMATCH", "size mismatch, got input (", matrix.shape[0],
                           "), mat (", matrix.shape[0], "x", matrix.shape[1], "), vec (",
                           vector.shape[0], ")");
  }
  if (matrix.dtype != vector.dtype) {
    const absl::string_view of_vector = ScalarTypeName(vector.dtype);
    return InvalidArgument("DTYPE_MISMATCH",
                           "addmv input tensors must have the same dtype, but got ", of_vector,
                           ", ", ScalarTypeName(matrix.dtype), ", and ", of_vector);
  }
  GRADD_RETURN_IF_ERROR(CheckNumeric("addmv_impl_cpu", matrix.dtype));
  outputs.push_back(TensorSpec::Contiguous(matrix.dtype, {matrix.shape[0]}, matrix.device));
  return absl::OkStatus();
}

}  // namespace

const Op& MvOp() {
  static const Op& op = DefineOp(ProductOp("mv", "The product of a matrix and a vector.", "input",
                                           "vec", Spec, "MvBackward0"));
  return op;
}

}  // namespace gradd::ops
