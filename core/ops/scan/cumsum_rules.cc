#include "core/ops/scan/cumsum_rules.h"

#include "core/base/status.h"
#include "core/ops/cast/to.h"
#include "core/ops/reduction/along_dim.h"

namespace gradd::ops {
namespace {

enum { kDim, kDType };

}  // namespace

absl::Status CumsumSpec(const Op&, SpecSpan inputs, const Attributes& attributes, Specs& outputs) {
  const TensorSpec& input = *inputs[0];
  GRADD_RETURN_IF_ERROR(NormalizeDim(attributes.Int(kDim), input.rank()).status());
  DType dtype = IsFloating(input.dtype) ? input.dtype : DType::kInt64;
  if (attributes.Has(kDType)) dtype = attributes.DType(kDType);
  outputs.push_back(TensorSpec::Contiguous(dtype, input.shape, input.device));
  return absl::OkStatus();
}

void CumsumVjp(Builder& g, const Op& adjoint, const Recorded& r, const Value& cotangent,
               Value& gradient) {
  const Value sums = g.Apply(adjoint, {cotangent}, {r.attributes[kDim], std::monostate()});
  gradient = Cast(g, sums, r.inputs[0].dtype);
}

void CumsumBatch(Builder& g, const BatchCall& call, absl::Span<Value> outputs) {
  BatchAlongDim(g, call, kDim, outputs);
}

}  // namespace gradd::ops
