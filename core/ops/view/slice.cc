#include "core/ops/view/slice.h"

#include <algorithm>

#include "core/base/status.h"
#include "core/ops/rules.h"
#include "core/ops/view/strided_layout.h"

namespace gradd::ops {
namespace {

enum { kDim, kStart, kEnd, kStep };

absl::Status Spec(const Op&, SpecSpan inputs, const Attributes& attributes, Specs& outputs) {
  const TensorSpec& input = *inputs[0];
  if (input.rank() == 0) {
    return InvalidArgument("RANK_TOO_SMALL", "slice() cannot be applied to a 0-dim tensor.");
  }
  GRADD_ASSIGN_OR_RETURN(const int dim, NormalizeDim(attributes.Int(kDim), input.rank()));
  const int64_t step = attributes.Int(kStep);
  if (step <= 0) return InvalidArgument("SLICE_STEP", "slice step must be positive");
  const int64_t size = input.shape[dim];
  const auto clamp = [size](int64_t i) {
    return std::clamp<int64_t>(i < 0 ? std::max<int64_t>(i, -size) + size : i, 0, size);
  };
  const int64_t start = attributes.Has(kStart) ? clamp(attributes.Int(kStart)) : 0;
  const int64_t end =
      attributes.Has(kEnd) ? std::max(start, clamp(attributes.Int(kEnd))) : std::max(start, size);
  const int64_t count = (end - start) / step + ((end - start) % step != 0 ? 1 : 0);
  TensorSpec& output = outputs.emplace_back(input);
  output.shape[dim] = count;
  // An offset is read only where there is an element, a stride where there is a second one, and
  // then the products fit.
  if (output.element_count() > 0) output.offset += start * input.strides[dim];
  if (count > 1) output.strides[dim] *= step;
  return absl::OkStatus();
}

}  // namespace

const Op& SliceOp() {
  static const Op& op = DefineOp({
      .name = "slice",
      .doc = "A view of every step-th index from start to end along a dimension.",
      .inputs = {"input"},
      .attributes = {{"dim", AttributeKind::kInt, false, int64_t{0}},
                     {"start", AttributeKind::kInt, true},
                     {"end", AttributeKind::kInt, true},
                     {"step", AttributeKind::kInt, false, int64_t{1}}},
      .spec = Spec,
      .vjp = [](Builder& g, const Recorded& r, ValueSpan cotangents, IndexSet,
                absl::Span<Value> gradients) { gradients[0] = ViewGradient(g, r, cotangents[0]); },
      .jvp = ApplyToTangent,
      .batch =
          [](Builder& g, const BatchCall& call, absl::Span<Value> outputs) {
            const absl::StatusOr<int> dim = NormalizeDim(call.attributes.Int(kDim), call.rank(0));
            outputs[0] = g.Apply(call.op, {call.inputs[0]},
                                 {int64_t{*dim} + 1, call.attributes[kStart], call.attributes[kEnd],
                                  call.attributes[kStep]});
          },
      .is_view = true,
  });
  return op;
}

}  // namespace gradd::ops
