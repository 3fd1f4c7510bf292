// What cumsum and reverse_cumsum have in common: each is the other's adjoint.
#pragma once

#include "core/ops/builder.h"
#include "core/ops/op.h"
#include "core/ops/rules.h"

namespace gradd::ops {

absl::Status CumsumSpec(const Op& op, SpecSpan inputs, const Attributes& attributes,
                        Specs& outputs);
void CumsumVjp(Builder& g, const Op& adjoint, const Recorded& r, const Value& cotangent,
               Value& gradient);
void CumsumBatch(Builder& g, const BatchCall& call, absl::Span<Value> outputs);

// `op` with arguments and rules. `adjoint`: the other of the two.
template <const Op& (*adjoint)()>
const Op& DefineCumsum(Op op) {
  op.inputs = {"input"};
  op.attributes = {{"dim", AttributeKind::kInt}, {"dtype", AttributeKind::kDType, true}};
  op.spec = CumsumSpec;
  op.vjp = [](Builder& g, const Recorded& r, ValueSpan cotangents, IndexSet,
              absl::Span<Value> gradients) {
    CumsumVjp(g, adjoint(), r, cotangents[0], gradients[0]);
  };
  op.jvp = ApplyToTangent;
  op.batch = CumsumBatch;
  return DefineOp(std::move(op));
}

}  // namespace gradd::ops
