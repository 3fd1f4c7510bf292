#include "core/ops/reduction/truth.h"

#include <utility>

#include "core/ops/reduction/reduction.h"

namespace gradd::ops {

const Op& DefineTruth(std::string name, std::string doc) {
  Op op = ReductionDescription(std::move(name), std::move(doc));
  op.spec = [](const Op&, SpecSpan inputs, const Attributes& attributes, Specs& outputs) {
    return ReductionSpec(inputs, attributes, {}, DType::kBool, outputs);
  };
  return DefineOp(std::move(op));
}

}  // namespace gradd::ops
