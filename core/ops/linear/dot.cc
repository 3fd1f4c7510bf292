#include "core/ops/linear/dot.h"

#include "core/base/status.h"
#include "core/ops/linear/product.h"

namespace gradd::ops {
namespace {

absl::Status Spec(const Op&, SpecSpan inputs, const Attributes&, Specs& outputs) {
  const TensorSpec& a = *inputs[0];
  const TensorSpec& b = *inputs[1];
  if (a.rank() != 1 || b.rank() != 1) {
    return InvalidArgument("RANK_MISMATCH", "1D tensors expected, but got ", a.rank(), "D and ",
                           b.rank(), "D tensors");
  }
  if (a.dtype != b.dtype) {
    return InvalidArgument("DTYPE_MISMATCH",
                           "dot : expected both vectors to have same dtype, but found ",
                           ScalarTypeName(a.dtype), " and ", ScalarTypeName(b.dtype));
  }
  if (a.shape != b.shape) {
    return InvalidArgument("SHAPE_MISMATCH", "inconsistent tensor size, expected tensor ",
                           ToString(a.shape), " and src ", ToString(b.shape),
                           " to have the same number of elements, but got ", a.shape[0], " and ",
                           b.shape[0], " elements respectively");
  }
  GRADD_RETURN_IF_ERROR(CheckNumeric("dot", a.dtype));
  outputs.push_back(TensorSpec::Contiguous(a.dtype, {}, a.device));
  return absl::OkStatus();
}

}  // namespace

const Op& DotOp() {
  static const Op& op =
      DefineOp(ProductOp("dot", "The sum of the products of two vectors' elements.", "input",
                         "tensor", Spec, "DotBackward0"));
  return op;
}

}  // namespace gradd::ops
