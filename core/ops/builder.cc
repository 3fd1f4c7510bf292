#include "core/ops/builder.h"

namespace gradd {

Values Builder::ApplyAll(const Op& op, ValueSpan inputs, const Attributes& attributes) {
  if (!ok()) return {};
  absl::StatusOr<Values> outputs = interpreter_.Apply(op, inputs, attributes);
  if (!outputs.ok()) {
    Fail(std::move(outputs).status());
    return {};
  }
  return *std::move(outputs);
}

Value Builder::ApplySpan(const Op& op, ValueSpan inputs, const Attributes& attributes) {
  Values outputs = ApplyAll(op, inputs, attributes);
  return outputs.empty() ? nullptr : std::move(outputs[0]);
}

}  // namespace gradd
