#include "core/ops/in_place.h"

#include "core/base/status.h"

namespace gradd {
namespace {

// PyTorch's rule for in-place results: no conversion to a lower category.
bool CanCast(DType from, DType to) {
  if (IsFloating(from)) return IsFloating(to);
  return from == DType::kBool || to != DType::kBool;
}

}  // namespace

absl::Status CheckNoOverlap(const TensorSpec& target) {
  if (!target.HasOverlap()) return absl::OkStatus();
  return InvalidArgument(
      "OVERLAPPING_WRITE",
      "unsupported operation: more than one element of the written-to tensor refers to a single "
      "memory location. Please clone() the tensor before performing the operation.");
}

absl::Status CheckInPlaceResult(const TensorSpec& target, const TensorSpec& result) {
  if (target.shape != result.shape) {
    return InvalidArgument("SHAPE_MISMATCH", "output with shape ", ToString(target.shape),
                           " doesn't match the broadcast shape ", ToString(result.shape));
  }
  if (!CanCast(result.dtype, target.dtype)) {
    return InvalidArgument("CANNOT_CAST", "result type ", ScalarTypeName(result.dtype),
                           " can't be cast to the desired output type ",
                           ScalarTypeName(target.dtype));
  }
  return CheckNoOverlap(target);
}

}  // namespace gradd
