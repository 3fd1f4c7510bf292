#include "core/ops/linear/linear.h"

#include <algorithm>
#include <utility>

#include "core/base/status.h"
#include "core/ops/linear/matmul.h"
#include "core/ops/linear/product.h"
#include "core/ops/op_table.h"
#include "core/ops/reduction/sum.h"
#include "core/ops/view/expand.h"
#include "core/ops/view/transpose.h"
#include "core/ops/view/view.h"

namespace gradd::ops {
namespace {

enum { kInput, kWeight, kBias };

absl::Status CheckTypes(const TensorSpec& input, const TensorSpec& weight, const TensorSpec& bias) {
  for (const TensorSpec* other : {&bias, &input}) {
    if (other->dtype == weight.dtype) continue;
    return InvalidArgument("DTYPE_MISMATCH", "self and mat2 must have the same dtype, but got ",
                           ScalarTypeName(other->dtype), " and ", ScalarTypeName(weight.dtype));
  }
  return CheckNumeric("addmm_impl_cpu_", weight.dtype);
}

absl::Status Spec(const Op&, SpecSpan inputs, const Attributes&, Specs& outputs) {
  const TensorSpec& input = *inputs[kInput];
  const TensorSpec& weight = *inputs[kWeight];
  const TensorSpec& bias = *inputs[kBias];
  if (input.rank() == 0 || weight.rank() == 0) {
    return InvalidArgument("RANK_TOO_SMALL",
                           "both arguments to linear need to be at least 1D, but they are ",
                           input.rank(), "D and ", weight.rank(), "D");
  }
  if (weight.rank() > 2) {
    return InvalidArgument("RANK_MISMATCH",
                           "t() expects a tensor with <= 2 dimensions, but self is ", weight.rank(),
                           "D");
  }
  // PyTorch's is addmm of the input as one matrix; so are its texts.
  TensorSpec mat1 = input, mat2 = weight;
  mat1.shape = {ElementCount(DimsView(input.shape).first(input.rank() - 1)), input.shape.back()};
  std::reverse(mat2.shape.begin(), mat2.shape.end());
  GRADD_RETURN_IF_ERROR(CheckMatrices("addmm", mat1, mat2));
  const Dims product = {mat1.shape[0], mat2.shape[1]};
  Specs expanded;
  GRADD_RETURN_IF_ERROR(InferSpecs(ExpandOp(), {&bias}, {product}, expanded));
  if (bias.rank() == 2 && input.rank() != 2) {
    return InvalidArgument("RANK_MISMATCH", "linear: a bias of 2 dimensions needs an input of 2, ",
                           "but it has ", input.rank());
  }
  GRADD_RETURN_IF_ERROR(CheckTypes(input, weight, bias));
  Dims shape = input.shape;
  shape.back() = weight.shape[0];
  GRADD_RETURN_IF_ERROR(CheckShape(shape));
  outputs.push_back(TensorSpec::Contiguous(weight.dtype, std::move(shape), weight.device));
  return absl::OkStatus();
}

// All dimensions but the last as one.
Value AsRows(Builder& g, const Value& v) {
  if (!v) return v;
  const Dims& shape = v->spec().shape;
  return Reshape(g, v, {ElementCount(DimsView(shape).first(shape.size() - 1)), shape.back()});
}

void Vjp(Builder& g, const Recorded& r, ValueSpan cotangents, IndexSet needs,
         absl::Span<Value> gradients) {
  const Value& cotangent = cotangents[0];
  if (needs.Contains(kInput)) gradients[kInput] = Matmul(g, cotangent, r.input(kWeight));
  if (needs.Contains(kWeight)) {
    const Value rows = AsRows(g, cotangent);
    gradients[kWeight] = Matmul(g, Transpose(g, rows, 0, 1), AsRows(g, r.input(kInput)));
  }
  if (needs.Contains(kBias)) gradients[kBias] = SumTo(g, cotangent, r.inputs[kBias].shape);
}

void Jvp(Builder& g, const Recorded& r, ValueSpan tangents, absl::Span<Value> outputs) {
  Value sum;
  const auto add = [&](const Value& term) {
    sum = sum ? g.Apply(*FindOp("add"), {sum, term}) : term;
  };
  if (tangents[kInput]) {
    add(Matmul(g, tangents[kInput], Transpose(g, r.input(kWeight), 0, 1)));
  }
  if (tangents[kWeight]) add(Matmul(g, r.input(kInput), Transpose(g, tangents[kWeight], 0, 1)));
  if (tangents[kBias]) add(Expand(g, tangents[kBias], r.outputs[0].shape));
  outputs[0] = sum;
}

// Rows of a batch are more rows, as long as the weights are the same.
void Batch(Builder& g, const BatchCall& call, absl::Span<Value> outputs) {
  if (call.batched.Contains(kWeight) || call.batched.Contains(kBias)) return;
  if (call.rank(kBias) == 2) return;
  outputs[0] = g.ApplySpan(call.op, call.inputs);
}

}  // namespace

const Op& LinearOp() {
  static const Op& op = DefineOp({
      .name = "linear",
      .doc = "input @ weight.T + bias, for an input of any number of dimensions.",
      .inputs = {"input", "weight", "bias"},
      .spec = Spec,
      .residuals = LinearResiduals<kInput, kWeight>,
      .vjp = Vjp,
      .jvp = Jvp,
      .batch = Batch,
      .expand =
          [](Builder& g, const Op&, ValueSpan inputs, const Attributes&,
             absl::Span<Value> outputs) {
            const Value product = Matmul(g, inputs[kInput], Transpose(g, inputs[kWeight], 0, 1));
            outputs[0] = g.Apply(*FindOp("add"), {product, inputs[kBias]});
          },
      .node_name = "AddmmBackward0",
  });
  return op;
}

}  // namespace gradd::ops
