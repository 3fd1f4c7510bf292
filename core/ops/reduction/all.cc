#include "core/ops/reduction/all.h"

#include "core/ops/reduction/reduction.h"

namespace gradd::ops {

const Op& AllOp() {
  static const Op& op = DefineOp({
      .name = "all",
      .doc = "Whether all elements over the given dimensions, or of all, are not zero.",
      .inputs = {"input"},
      .attributes = {{"dims", AttributeKind::kDims, false, Dims()},
                     {"keepdim", AttributeKind::kBool, false, false}},
      .spec =
          [](const Op&, SpecSpan inputs, const Attributes& attributes, Specs& outputs) {
            return ReductionSpec(inputs, attributes, {}, DType::kBool, outputs);
          },
      .batch = [](Builder& g, const BatchCall& call,
                  absl::Span<Value> outputs) { BatchReduction(g, call, {}, outputs); },
  });
  return op;
}

}  // namespace gradd::ops
