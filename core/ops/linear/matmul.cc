#include "core/ops/linear/matmul.h"

#include <utility>

#include "core/base/status.h"
#include "core/ops/linear/product.h"

namespace gradd::ops {
namespace {

absl::Status Spec(const Op& op, SpecSpan inputs, const Attributes&, Specs& outputs) {
  const TensorSpec& a = *inputs[0];
  const TensorSpec& b = *inputs[1];
  if (a.rank() == 0 || b.rank() == 0) {
    return InvalidArgument("RANK_TOO_SMALL",
                           "both arguments to matmul need to be at least 1D, but they are ",
                           a.rank(), "D and ", b.rank(), "D");
  }
  if (a.dtype != b.dtype) {
    return InvalidArgument("DTYPE_MISMATCH", op.name, "(): expected both matrices to have the ",
                           "same dtype, but got ", Name(a.dtype), " and ", Name(b.dtype));
  }
  GRADD_RETURN_IF_ERROR(CheckNumeric("addmm_impl_cpu_", a.dtype));
  const Dims left = MatrixShape(a.shape, true);
  const Dims right = MatrixShape(b.shape, false);
  const int64_t rows = left[left.size() - 2], inner = left.back(), columns = right.back();
  if (inner != right[right.size() - 2]) {
    if (a.rank() == 1 && b.rank() == 1) {
      return InvalidArgument("SHAPE_MISMATCH", "inconsistent tensor size, expected tensor ",
                             ToString(a.shape), " and src ", ToString(b.shape),
                             " to have the same number of elements, but got ", inner, " and ",
                             right[0], " elements respectively");
    }
    return InvalidArgument("SHAPE_MISMATCH", "mat1 and mat2 shapes cannot be multiplied (", rows,
                           "x", inner, " and ", right[right.size() - 2], "x", columns, ")");
  }
  GRADD_ASSIGN_OR_RETURN(Dims shape, BroadcastShapes(DimsView(left).first(left.size() - 2),
                                                     DimsView(right).first(right.size() - 2)));
  if (a.rank() > 1) shape.push_back(rows);
  if (b.rank() > 1) shape.push_back(columns);
  GRADD_RETURN_IF_ERROR(CheckShape(shape));
  outputs.push_back(TensorSpec::Contiguous(a.dtype, std::move(shape), a.device));
  return absl::OkStatus();
}

}  // namespace

const Op& MatmulOp() {
  static const Op& op = DefineOp({
      .name = "matmul",
      .doc =
          "The matrix product; leading dimensions broadcast, vectors count as a row or a column.",
      .inputs = {"input", "other"},
      .spec = Spec,
      .residuals = ProductResiduals,
      .vjp = ProductVjp,
      .jvp = ProductJvp,
      .batch = ProductBatch,
      .node_name = "MmBackward0",
  });
  return op;
}

Value Matmul(Builder& g, const Value& a, const Value& b) { return g.Apply(MatmulOp(), {a, b}); }

}  // namespace gradd::ops
