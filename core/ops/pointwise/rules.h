// The rules that all pointwise ops share.
#pragma once

#include <vector>

#include "core/ops/builder.h"
#include "core/ops/op.h"
#include "core/ops/scalar.h"

namespace gradd::ops {

// What is known of a formula's derivative by one of its arguments.
struct PartialInfo {
  const Op* vjp_op;  // cotangent * partial, fused; null when the partial is a constant
  uint32_t uses;     // bits 0..arity-1: the arguments; bit arity: the output
  double constant;   // the partial, when vjp_op is null
};

// Broadcasts the shapes; promotes the dtypes according to `domain`.
absl::Status PointwiseSpec(const Op& op, Domain domain, SpecSpan inputs, Specs& outputs);
// The same for ops whose output is bool.
absl::Status PredicateSpec(const Op& op, SpecSpan inputs, Specs& outputs);
// The dtype that a pointwise op computes in, which its inputs are converted to. REQUIRES: its spec
// rule gave `output`.
DType PointwiseComputeType(const Op& op, SpecSpan inputs, const TensorSpec& output);

// The inputs (but for bools) in the dtype that `op` computes in, and a result in that of its
// output: an expansion of `op` begins and ends so.
Values AsComputed(Builder& g, const Op& op, ValueSpan inputs);
Value AsResult(Builder& g, const Op& op, ValueSpan inputs, const Value& result);

// Residuals, vjp and jvp of an op with these partials.
Residuals PointwiseResiduals(absl::Span<const PartialInfo> partials, IndexSet needs);
void PointwiseVjp(Builder& g, const Recorded& r, absl::Span<const PartialInfo> partials,
                  const Value& cotangent, IndexSet needs, absl::Span<Value> gradients);
void PointwiseJvp(Builder& g, const Recorded& r, absl::Span<const PartialInfo> partials,
                  ValueSpan tangents, Value& output_tangent);

// Lines the batch dimensions up and applies the op once; any op that broadcasts.
void PointwiseBatch(Builder& g, const BatchCall& call, absl::Span<Value> outputs);

}  // namespace gradd::ops
