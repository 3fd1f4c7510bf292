#include "core/ops/view/strided_layout.h"

#include "core/base/checked.h"
#include "core/base/status.h"
#include "core/ops/view/strided_accumulate.h"

namespace gradd::ops {

absl::Status CheckStridedLayout(absl::string_view op, DimsView shape, DimsView strides,
                                int64_t offset, int64_t element_count) {
  GRADD_RETURN_IF_ERROR(CheckShape(shape));
  if (shape.size() != strides.size()) {
    return InvalidArgument("STRIDE_COUNT",
                           "mismatch in length of strides and shape: ", strides.size(), " and ",
                           shape.size());
  }
  if (offset < 0) return InvalidArgument("NEGATIVE_OFFSET", op, "(): negative offset ", offset);
  std::optional<int64_t> last = offset;
  for (size_t i = 0; i < shape.size(); ++i) {
    if (strides[i] < 0) {
      return InvalidArgument("NEGATIVE_STRIDE", op,
                             "(): Negative strides are not supported at the ",
                             "moment, got strides: ", ToString(strides));
    }
    if (shape[i] == 0) return absl::OkStatus();
    const std::optional<int64_t> step = CheckedMultiply(shape[i] - 1, strides[i]);
    last = last && step ? CheckedAdd(*last, *step) : std::nullopt;
  }
  if (!last || *last >= element_count) {
    return InvalidArgument("OUT_OF_BOUNDS", "setStorage: sizes ", ToString(shape), ", strides ",
                           ToString(strides), ", storage offset ", offset,
                           " are out of bounds for storage of ", element_count, " elements");
  }
  return absl::OkStatus();
}

Value ViewGradient(Builder& g, const Recorded& r, const Value& cotangent) {
  // The gradient is contiguous whatever the input's layout is, so the rule is asked for the view of
  // a contiguous tensor of that shape.
  const TensorSpec input =
      TensorSpec::Contiguous(r.inputs[0].dtype, r.inputs[0].shape, r.inputs[0].device);
  const TensorSpec* const inputs = &input;
  Specs layout;
  g.Fail(r.op.spec(r.op, SpecSpan(&inputs, 1), r.attributes, layout));
  if (!g.ok()) return nullptr;
  return StridedAccumulate(g, cotangent, input.shape, layout[0].strides, layout[0].offset);
}

}  // namespace gradd::ops
