#include "core/ops/index/topk.h"

#include "core/base/status.h"
#include "core/ops/index/ordered.h"
#include "core/ops/rules.h"

namespace gradd::ops {
namespace {

enum { kCount, kDim, kLargest, kSorted };
using Rules = OrderedRules<kDim>;

absl::Status Spec(const Op& op, SpecSpan inputs, const Attributes& attributes, Specs& outputs) {
  const TensorSpec& input = *inputs[0];
  GRADD_ASSIGN_OR_RETURN(const int dim, NormalizeDim(attributes.Int(kDim), input.rank()));
  const int64_t count = attributes.Int(kCount);
  if (count < 0 || count > (input.rank() == 0 ? 1 : input.shape[dim])) {
    return InvalidArgument("INDEX_OUT_OF_RANGE", "selected index k out of range");
  }
  if (input.dtype == DType::kBool) {
    return Unimplemented("DTYPE_UNSUPPORTED", op.name, " does not support bool dtypes");
  }
  Dims shape = input.shape;
  if (input.rank() > 0) shape[dim] = count;
  outputs.push_back(TensorSpec::Contiguous(input.dtype, shape, input.device));
  outputs.push_back(TensorSpec::Contiguous(DType::kInt64, shape, input.device));
  return absl::OkStatus();
}

}  // namespace

const Op& TopkOp() {
  static const Op& op = DefineOp({
      .name = "topk",
      .doc = "The k largest (or smallest) elements along a dimension, in order, NaN being the "
             "largest, and their indices.",
      .inputs = {"input"},
      .attributes = {{"k", AttributeKind::kInt},
                     {"dim", AttributeKind::kInt, false, int64_t{-1}},
                     {"largest", AttributeKind::kBool, false, true},
                     {"sorted", AttributeKind::kBool, false, true}},
      .output_count = 2,
      .spec = Spec,
      .residuals = Rules::KeepIndices,
      .vjp = Rules::Vjp,
      .jvp = Rules::Jvp,
      .batch = Rules::Batch,
      .integer_range = RangeOfTaken<kDim>,
  });
  return op;
}

}  // namespace gradd::ops
