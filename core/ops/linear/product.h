// What the matrix products have in common: they are matmul, each for operands of certain dimensions
// and with PyTorch's texts for what does not fit.
#pragma once

#include "core/ops/builder.h"
#include "core/ops/op.h"

namespace gradd::ops {

// A vector as a matrix: a row on the left of the product, a column on its right. Others as they
// are.
Dims MatrixShape(DimsView shape, bool left);

// Rules for two factors of which each is a vector, a matrix or a batch of matrices.
Residuals ProductResiduals(const Op& op, IndexSet needs);
void ProductVjp(Builder& g, const Recorded& r, ValueSpan cotangents, IndexSet needs,
                absl::Span<Value> gradients);
void ProductJvp(Builder& g, const Recorded& r, ValueSpan tangents, absl::Span<Value> outputs);
void ProductBatch(Builder& g, const BatchCall& call, absl::Span<Value> outputs);

// Of an op whose inputs kFirst and kSecond are multiplied and whose other inputs are added.
template <int kFirst, int kSecond>
Residuals LinearResiduals(const Op&, IndexSet needs) {
  Residuals residuals;
  if (needs.Contains(kFirst)) residuals.inputs.Add(kSecond);
  if (needs.Contains(kSecond)) residuals.inputs.Add(kFirst);
  return residuals;
}

// An op of two inputs that computes what matmul does.
Op ProductOp(const char* name, const char* doc, const char* first, const char* second,
             SpecRule spec, const char* node_name);

// "double", as PyTorch's errors name an element type when they name the C++ one.
absl::string_view CppTypeName(DType dtype);

// Matrices `mat1` and `mat2` that can be multiplied. `op` is named in the text, `self` is what the
// text calls mat1.
absl::Status CheckMatrices(absl::string_view op, const TensorSpec& mat1, const TensorSpec& mat2,
                           absl::string_view self = "self");
// Products are for numbers.
absl::Status CheckNumeric(absl::string_view kernel, DType dtype);

}  // namespace gradd::ops
