#include "core/ops/linear/matmul.h"

#include <algorithm>

#include "core/base/status.h"
#include "core/ops/op_table.h"
#include "core/ops/reduction/sum.h"
#include "core/ops/view/transpose.h"
#include "core/ops/view/view.h"

namespace gradd::ops {
namespace {

// A vector as a matrix: a row on the left of the product, a column on its right.
Dims AsMatrix(DimsView shape, bool left) {
  Dims matrix(shape.begin(), shape.end());
  if (matrix.size() == 1) matrix.insert(left ? matrix.begin() : matrix.end(), 1);
  return matrix;
}

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
  if (a.dtype == DType::kBool) {
    return Unimplemented("DTYPE_UNSUPPORTED", op.name, "(): not implemented for bool");
  }
  const Dims left = AsMatrix(a.shape, true);
  const Dims right = AsMatrix(b.shape, false);
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

Residuals Keep(const Op&, IndexSet needs) {
  Residuals residuals;
  if (needs.Contains(0)) residuals.inputs.Add(1);
  if (needs.Contains(1)) residuals.inputs.Add(0);
  return residuals;
}

// dA = G B^T and dB = A^T G, summed over the dimensions that were broadcast.
void Vjp(Builder& g, const Recorded& r, ValueSpan cotangents, IndexSet needs,
         absl::Span<Value> gradients) {
  const Dims left = AsMatrix(r.inputs[0].shape, true);
  const Dims right = AsMatrix(r.inputs[1].shape, false);
  Dims product(r.outputs[0].shape);
  if (r.inputs[0].rank() == 1) product.insert(product.end() - (r.inputs[1].rank() > 1 ? 1 : 0), 1);
  if (r.inputs[1].rank() == 1) product.push_back(1);
  const Value cotangent = Reshape(g, cotangents[0], product);
  if (needs.Contains(0)) {
    const Value b = Reshape(g, r.input(1), right);
    const Value gradient = SumTo(g, Matmul(g, cotangent, Transpose(g, b, -2, -1)), left);
    gradients[0] = Reshape(g, gradient, r.inputs[0].shape);
  }
  if (needs.Contains(1)) {
    const Value a = Reshape(g, r.input(0), left);
    const Value gradient = SumTo(g, Matmul(g, Transpose(g, a, -2, -1), cotangent), right);
    gradients[1] = Reshape(g, gradient, r.inputs[1].shape);
  }
}

void Jvp(Builder& g, const Recorded& r, ValueSpan tangents, absl::Span<Value> outputs) {
  Value sum;
  for (int i = 0; i < 2; ++i) {
    if (!tangents[i]) continue;
    const Value term =
        i == 0 ? Matmul(g, tangents[0], r.input(1)) : Matmul(g, r.input(0), tangents[1]);
    sum = sum ? g.Apply(*FindOp("add"), {sum, term}) : term;
  }
  outputs[0] = sum;
}

void Batch(Builder& g, const BatchCall& call, absl::Span<Value> outputs) {
  const int rank = std::max({call.rank(0), call.rank(1), 2});
  Values inputs;
  for (const bool left : {true, false}) {
    const size_t i = left ? 0 : 1;
    const Dims& shape = call.inputs[i]->spec().shape;
    if (!call.batched.Contains(i)) {
      inputs.push_back(Reshape(g, call.inputs[i], AsMatrix(shape, left)));
      continue;
    }
    Dims matrix = AsMatrix(DimsView(shape).subspan(1), left);
    matrix.insert(matrix.begin(), rank - matrix.size(), 1);
    matrix.insert(matrix.begin(), call.size);
    inputs.push_back(Reshape(g, call.inputs[i], matrix));
  }
  const Value product = Matmul(g, inputs[0], inputs[1]);
  if (!product) return;
  Dims shape = product->spec().shape;
  if (call.rank(1) == 1) shape.pop_back();
  if (call.rank(0) == 1) shape.erase(shape.end() - (call.rank(1) == 1 ? 1 : 2));
  outputs[0] = Reshape(g, product, shape);
}

}  // namespace

const Op& MatmulOp() {
  static const Op& op = DefineOp({
      .name = "matmul",
      .doc =
          "The matrix product; leading dimensions broadcast, vectors count as a row or a column.",
      .inputs = {"input", "other"},
      .spec = Spec,
      .residuals = Keep,
      .vjp = Vjp,
      .jvp = Jvp,
      .batch = Batch,
      .node_name = "MmBackward0",
  });
  return op;
}

Value Matmul(Builder& g, const Value& a, const Value& b) { return g.Apply(MatmulOp(), {a, b}); }

}  // namespace gradd::ops
