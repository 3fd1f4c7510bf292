#include "core/ops/linear/mm.h"

#include "core/base/status.h"
#include "core/ops/linear/product.h"

namespace gradd::ops {
namespace {

absl::Status Spec(const Op& op, SpecSpan inputs, const Attributes&, Specs& outputs) {
  const TensorSpec& a = *inputs[0];
  const TensorSpec& b = *inputs[1];
  GRADD_RETURN_IF_ERROR(CheckMatrices(op.name, a, b));
  if (a.dtype != b.dtype) {
    return InvalidArgument("DTYPE_MISMATCH", "expected m1 and m2 to have the same dtype, but got: ",
                           CppTypeName(a.dtype), " != ", CppTypeName(b.dtype));
  }
  GRADD_RETURN_IF_ERROR(CheckNumeric("addmm_impl_cpu_", a.dtype));
  outputs.push_back(TensorSpec::Contiguous(a.dtype, {a.shape[0], b.shape[1]}, a.device));
  return CheckShape(outputs.back().shape);
}

}  // namespace

const Op& MmOp() {
  static const Op& op = DefineOp(
      ProductOp("mm", "The product of two matrices.", "input", "mat2", Spec, "MmBackward0"));
  return op;
}

}  // namespace gradd::ops
