#include "core/ops/linear/outer.h"

#include "core/base/status.h"
#include "core/ops/composite.h"
#include "core/ops/op_table.h"
#include "core/ops/view/view.h"

namespace gradd::ops {
namespace {

absl::Status Spec(const Op& op, SpecSpan inputs, const Attributes& attributes, Specs& outputs) {
  for (const size_t i : {0, 1}) {
    if (inputs[i]->rank() == 1) continue;
    return InvalidArgument("RANK_MISMATCH", "outer: Expected 1-D argument ",
                           i == 0 ? "self" : "vec2", ", but got ", inputs[i]->rank(), "-D");
  }
  return SpecOfExpansion(op, inputs, attributes, outputs);
}

}  // namespace

const Op& OuterOp() {
  static const Op& op = DefineOp({
      .name = "outer",
      .doc = "The matrix of the products of each element of a vector with each of another.",
      .inputs = {"input", "vec2"},
      .spec = Spec,
      .expand =
          [](Builder& g, const Op&, ValueSpan inputs, const Attributes&,
             absl::Span<Value> outputs) {
            const Value column = Reshape(g, inputs[0], {inputs[0]->spec().shape[0], 1});
            outputs[0] = g.Apply(*FindOp("mul"), {column, inputs[1]});
          },
  });
  return op;
}

}  // namespace gradd::ops
