#include "core/ops/index/sort.h"

#include "core/base/status.h"
#include "core/ops/index/ordered.h"
#include "core/ops/rules.h"

namespace gradd::ops {
namespace {

enum { kDim, kDescending };
using Rules = OrderedRules<kDim>;

absl::Status Spec(const Op&, SpecSpan inputs, const Attributes& attributes, Specs& outputs) {
  const TensorSpec& input = *inputs[0];
  GRADD_RETURN_IF_ERROR(NormalizeDim(attributes.Int(kDim), input.rank()).status());
  outputs.push_back(TensorSpec::Contiguous(input.dtype, input.shape, input.device));
  outputs.push_back(TensorSpec::Contiguous(DType::kInt64, input.shape, input.device));
  return absl::OkStatus();
}

}  // namespace

const Op& SortOp() {
  static const Op& op = DefineOp({
      .name = "sort",
      .doc = "The elements in order along a dimension, NaN being the largest and equal ones in the "
             "order that they had, and the indices that they had.",
      .inputs = {"input"},
      .attributes = {{"dim", AttributeKind::kInt, false, int64_t{-1}},
                     {"descending", AttributeKind::kBool, false, false}},
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
