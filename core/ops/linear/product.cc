#include "core/ops/linear/product.h"

#include <algorithm>

#include "core/base/status.h"
#include "core/ops/linear/matmul.h"
#include "core/ops/op_table.h"
#include "core/ops/reduction/sum.h"
#include "core/ops/view/transpose.h"
#include "core/ops/view/view.h"

namespace gradd::ops {

Dims MatrixShape(DimsView shape, bool left) {
  Dims matrix(shape.begin(), shape.end());
  if (matrix.size() == 1) matrix.insert(left ? matrix.begin() : matrix.end(), 1);
  return matrix;
}

Residuals ProductResiduals(const Op&, IndexSet needs) {
  Residuals residuals;
  if (needs.Contains(0)) residuals.inputs.Add(1);
  if (needs.Contains(1)) residuals.inputs.Add(0);
  return residuals;
}

// dA = G B^T and dB = A^T G, summed over the dimensions that were broadcast.
void ProductVjp(Builder& g, const Recorded& r, ValueSpan cotangents, IndexSet needs,
                absl::Span<Value> gradients) {
  const Dims left = MatrixShape(r.inputs[0].shape, true);
  const Dims right = MatrixShape(r.inputs[1].shape, false);
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

void ProductJvp(Builder& g, const Recorded& r, ValueSpan tangents, absl::Span<Value> outputs) {
  Value sum;
  for (int i = 0; i < 2; ++i) {
    if (!tangents[i]) continue;
    const Value term =
        i == 0 ? Matmul(g, tangents[0], r.input(1)) : Matmul(g, r.input(0), tangents[1]);
    sum = sum ? g.Apply(*FindOp("add"), {sum, term}) : term;
  }
  outputs[0] = sum;
}

void ProductBatch(Builder& g, const BatchCall& call, absl::Span<Value> outputs) {
  const int rank = std::max({call.rank(0), call.rank(1), 2});
  Values inputs;
  for (const bool left : {true, false}) {
    const size_t i = left ? 0 : 1;
    const Dims& shape = call.inputs[i]->spec().shape;
    if (!call.batched.Contains(i)) {
      inputs.push_back(Reshape(g, call.inputs[i], MatrixShape(shape, left)));
      continue;
    }
    Dims matrix = MatrixShape(DimsView(shape).subspan(1), left);
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

Op ProductOp(const char* name, const char* doc, const char* first, const char* second,
             SpecRule spec, const char* node_name) {
  Op op;
  op.name = name;
  op.doc = doc;
  op.inputs = {first, second};
  op.spec = spec;
  op.residuals = ProductResiduals;
  op.vjp = ProductVjp;
  op.jvp = ProductJvp;
  op.batch = ProductBatch;
  op.expand = [](Builder& g, const Op&, ValueSpan inputs, const Attributes&,
                 absl::Span<Value> outputs) { outputs[0] = Matmul(g, inputs[0], inputs[1]); };
  op.node_name = node_name;
  return op;
}

absl::string_view CppTypeName(DType dtype) {
  switch (dtype) {
    case DType::kBool:
      return "bool";
    case DType::kInt32:
      return "int";
    case DType::kInt64:
      return "long";
    case DType::kFloat16:
      return "c10::Half";
    case DType::kBFloat16:
      return "c10::BFloat16";
    case DType::kFloat64:
      return "double";
    case DType::kFloat32:
      break;
  }
  return "float";
}

absl::Status CheckNumeric(absl::string_view kernel, DType dtype) {
  if (dtype != DType::kBool) return absl::OkStatus();
  return Unimplemented("DTYPE_UNSUPPORTED", "\"", kernel, "\" not implemented for 'Bool'");
}

absl::Status CheckMatrices(absl::string_view op, const TensorSpec& mat1, const TensorSpec& mat2,
                           absl::string_view self) {
  if (mat1.rank() != 2 || mat2.rank() != 2) {
    const bool first = mat1.rank() != 2;
    return InvalidArgument("RANK_MISMATCH", op, ": ", first ? self : "mat2",
                           " must be a matrix, got ", (first ? mat1 : mat2).rank(), "-D tensor");
  }
  if (mat1.shape[1] == mat2.shape[0]) return absl::OkStatus();
  return InvalidArgument("SHAPE_MISMATCH", op, ": mat1 and mat2 shapes cannot be multiplied (",
                         mat1.shape[0], "x", mat1.shape[1], " and ", mat2.shape[0], "x",
                         mat2.shape[1], ")");
}

}  // namespace gradd::ops
