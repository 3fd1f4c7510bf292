// A second opinion on every op: float64, dense, slow, and written without core/kernels.
#pragma once

#include <memory>
#include <vector>

#include "absl/status/statusor.h"

#include "core/ops/interpreter.h"
#include "core/ops/op.h"

namespace gradd::testing {

// A bottom of a stack of interpreters whose tensors are vectors of doubles. Floating tensors of
// both widths keep the precision of float64, so results are what an op means rather than what a
// kernel rounds it to; bools are 0 or 1, integers are truncated and exact up to 2^53. Views share
// storage and Assign writes through them.
//
// Ops are looked up by name in reference_ops.cc; those with an expansion and no entry run that. A
// view is computed twice, by its spec's layout and by the entry's index arithmetic, and an
// INTERNAL error says where they differ. Random ops are UNIMPLEMENTED.
class ReferenceInterpreter final : public Interpreter {
 public:
  // A contiguous tensor of row-major values.
  static Value Make(DType dtype, Dims shape, std::vector<double> values, DeviceId device = {});
  // A tensor with any layout inside `storage`. REQUIRES: it stays inside.
  static Value MakeStrided(TensorSpec spec, std::vector<double> storage);
  // The values in row-major order. REQUIRES: made by a ReferenceInterpreter, or a ScalarValue.
  static std::vector<double> Read(const Value& value);

  absl::StatusOr<Values> Apply(const Op& op, ValueSpan inputs,
                               const Attributes& attributes) override;
  absl::Status Assign(const Value& target, const Value& source) override;
};

}  // namespace gradd::testing
