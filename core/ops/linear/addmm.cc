#include "core/ops/linear/addmm.h"

#include "core/base/status.h"
#include "core/ops/linear/matmul.h"
#include "core/ops/linear/product.h"
#include "core/ops/op_table.h"
#include "core/ops/reduction/sum.h"
#include "core/ops/view/expand.h"
#include "core/ops/view/transpose.h"

namespace gradd::ops {
namespace {

enum { kInput, kMat1, kMat2 };
enum { kBeta, kAlpha };

absl::Status Spec(const Op& op, SpecSpan inputs, const Attributes&, Specs& outputs) {
  const TensorSpec& input = *inputs[kInput];
  const TensorSpec& mat1 = *inputs[kMat1];
  const TensorSpec& mat2 = *inputs[kMat2];
  GRADD_RETURN_IF_ERROR(CheckMatrices(op.name, mat1, mat2));
  const Dims shape = {mat1.shape[0], mat2.shape[1]};
  GRADD_RETURN_IF_ERROR(CheckShape(shape));
  Specs expanded;
  GRADD_RETURN_IF_ERROR(InferSpecs(ExpandOp(), {&input}, {shape}, expanded));
  for (const TensorSpec* other : {&input, &mat1}) {
    if (other->dtype == mat2.dtype) continue;
    return InvalidArgument("DTYPE_MISMATCH", "self and mat2 must have the same dtype, but got ",
                           ScalarTypeName(other->dtype), " and ", ScalarTypeName(mat2.dtype));
  }
  GRADD_RETURN_IF_ERROR(CheckNumeric("addmm_impl_cpu_", mat2.dtype));
  outputs.push_back(TensorSpec::Contiguous(mat2.dtype, shape, mat2.device));
  return absl::OkStatus();
}

Value Scaled(Builder& g, const Value& v, const Scalar& factor) {
  if (factor.To<double>() == 1) return v;
  return g.Apply(*FindOp("mul"), {v, MakeScalar(factor)});
}

void Vjp(Builder& g, const Recorded& r, ValueSpan cotangents, IndexSet needs,
         absl::Span<Value> gradients) {
  const Scalar beta = r.attributes.Scalar(kBeta), alpha = r.attributes.Scalar(kAlpha);
  if (needs.Contains(kInput)) {
    gradients[kInput] = Scaled(g, SumTo(g, cotangents[0], r.inputs[kInput].shape), beta);
  }
  if (needs.Contains(kMat1)) {
    const Value product = Matmul(g, cotangents[0], Transpose(g, r.input(kMat2), 0, 1));
    gradients[kMat1] = Scaled(g, product, alpha);
  }
  if (needs.Contains(kMat2)) {
    const Value product = Matmul(g, Transpose(g, r.input(kMat1), 0, 1), cotangents[0]);
    gradients[kMat2] = Scaled(g, product, alpha);
  }
}

void Jvp(Builder& g, const Recorded& r, ValueSpan tangents, absl::Span<Value> outputs) {
  const Scalar beta = r.attributes.Scalar(kBeta), alpha = r.attributes.Scalar(kAlpha);
  Value sum;
  const auto add = [&](const Value& term) {
    sum = sum ? g.Apply(*FindOp("add"), {sum, term}) : term;
  };
  if (tangents[kInput]) {
    add(Expand(g, Scaled(g, tangents[kInput], beta), r.outputs[0].shape));
  }
  if (tangents[kMat1]) add(Scaled(g, Matmul(g, tangents[kMat1], r.input(kMat2)), alpha));
  if (tangents[kMat2]) add(Scaled(g, Matmul(g, r.input(kMat1), tangents[kMat2]), alpha));
  outputs[0] = sum;
}

}  // namespace

const Op& AddmmOp() {
  static const Op& op = DefineOp({
      .name = "addmm",
      .doc = "beta * input + alpha * (mat1 @ mat2); with a beta of 0, what is not finite in the "
             "input does not matter.",
      .inputs = {"input", "mat1", "mat2"},
      .attributes = {{"beta", AttributeKind::kScalar, false, Scalar(1)},
                     {"alpha", AttributeKind::kScalar, false, Scalar(1)}},
      .spec = Spec,
      .residuals = LinearResiduals<kMat1, kMat2>,
      .vjp = Vjp,
      .jvp = Jvp,
      .expand =
          [](Builder& g, const Op&, ValueSpan inputs, const Attributes& attributes,
             absl::Span<Value> outputs) {
            const Value product =
                Scaled(g, Matmul(g, inputs[kMat1], inputs[kMat2]), attributes.Scalar(kAlpha));
            outputs[0] = g.Apply(*FindOp("add"),
                                 {product, Scaled(g, inputs[kInput], attributes.Scalar(kBeta))});
          },
  });
  return op;
}

}  // namespace gradd::ops
