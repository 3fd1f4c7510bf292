#include "core/ops/index/nonzero.h"

#include <algorithm>

namespace gradd::ops {

const Op& NonzeroOp() {
  static const Op& op = DefineOp({
      .name = "nonzero",
      .doc = "The indices of all elements that are not zero, one row each, in row-major order.",
      .inputs = {"input"},
      .spec =
          [](const Op&, SpecSpan inputs, const Attributes&, Specs& outputs) {
            // The number of rows is known only to the kernel; until then it is 0.
            outputs.push_back(TensorSpec::Contiguous(DType::kInt64, Dims{0, inputs[0]->rank()},
                                                     inputs[0]->device));
            return absl::OkStatus();
          },
      .integer_range = [](size_t, SpecSpan inputs, const Attributes&,
                          absl::Span<const IntegerRange* const>) -> std::optional<IntegerRange> {
        int64_t largest = 1;
        for (const int64_t size : inputs[0]->shape) largest = std::max(largest, size);
        return IntegerRange{0, largest - 1};
      },
      .is_data_dependent = true,
  });
  return op;
}

}  // namespace gradd::ops
