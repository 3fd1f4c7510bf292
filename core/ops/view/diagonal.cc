#include "core/ops/view/diagonal.h"

#include <algorithm>

#include "core/base/status.h"
#include "core/ops/rules.h"
#include "core/ops/view/strided_layout.h"

namespace gradd::ops {
namespace {

enum { kOffset, kDim1, kDim2 };

absl::Status Spec(const Op&, SpecSpan inputs, const Attributes& attributes, Specs& outputs) {
  const TensorSpec& input = *inputs[0];
  GRADD_ASSIGN_OR_RETURN(const int dim1, NormalizeDim(attributes.Int(kDim1), input.rank()));
  GRADD_ASSIGN_OR_RETURN(const int dim2, NormalizeDim(attributes.Int(kDim2), input.rank()));
  if (dim1 == dim2) {
    return InvalidArgument("DIMENSION_REPEATED", "diagonal dimensions cannot be identical ",
                           attributes.Int(kDim1), ", ", attributes.Int(kDim2));
  }
  const int64_t offset = attributes.Int(kOffset);
  const int64_t rows = input.shape[dim1], columns = input.shape[dim2];
  const int64_t length = std::max<int64_t>(
      offset >= 0 ? std::min(rows, columns - offset) : std::min(rows + offset, columns), 0);
  TensorSpec& output = outputs.emplace_back(input);
  if (length > 0) {
    output.offset += offset >= 0 ? offset * input.strides[dim2] : -offset * input.strides[dim1];
  }
  // Walked only where there are two, and then the sum fits.
  int64_t stride;
  if (__builtin_add_overflow(input.strides[dim1], input.strides[dim2], &stride)) stride = 1;
  for (const int dim : {std::max(dim1, dim2), std::min(dim1, dim2)}) {
    output.shape.erase(output.shape.begin() + dim);
    output.strides.erase(output.strides.begin() + dim);
  }
  output.shape.push_back(length);
  output.strides.push_back(stride);
  return absl::OkStatus();
}

void Batch(Builder& g, const BatchCall& call, absl::Span<Value> outputs) {
  const absl::StatusOr<int> dim1 = NormalizeDim(call.attributes.Int(kDim1), call.rank(0));
  const absl::StatusOr<int> dim2 = NormalizeDim(call.attributes.Int(kDim2), call.rank(0));
  outputs[0] = g.Apply(call.op, {call.inputs[0]},
                       {call.attributes[kOffset], int64_t{*dim1} + 1, int64_t{*dim2} + 1});
}

}  // namespace

const Op& DiagonalOp() {
  static const Op& op = DefineOp({
      .name = "diagonal",
      .doc = "A view of a diagonal of two dimensions, which becomes the last dimension.",
      .inputs = {"input"},
      .attributes = {{"offset", AttributeKind::kInt, false, int64_t{0}},
                     {"dim1", AttributeKind::kInt, false, int64_t{0}},
                     {"dim2", AttributeKind::kInt, false, int64_t{1}}},
      .spec = Spec,
      .vjp = [](Builder& g, const Recorded& r, ValueSpan cotangents, IndexSet,
                absl::Span<Value> gradients) { gradients[0] = ViewGradient(g, r, cotangents[0]); },
      .jvp = ApplyToTangent,
      .batch = Batch,
      .is_view = true,
  });
  return op;
}

}  // namespace gradd::ops
