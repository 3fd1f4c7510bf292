#include "client/cpp/in_place.h"

#include "core/base/status.h"

namespace gradd {
inline namespace client {
namespace {

bool CanCast(DType from, DType to) {
  if (IsFloating(from) && !IsFloating(to)) return false;
  return from == DType::kBool || to != DType::kBool;
}

}  // namespace

absl::Status CheckInPlaceTracking(const RemoteValue& target, GradMode mode) {
  if (mode != GradMode::kEnabled || target.tracking() != Tracking::kYes) return absl::OkStatus();
  if (target.is_leaf()) {
    return FailedPrecondition(
        "LEAF_IN_PLACE",
        "a leaf Variable that requires grad is being used in an in-place operation.");
  }
  if (const RefPtr<RemoteValue>& base = target.base();
      base && base->tracking() == Tracking::kYes && base->is_leaf()) {
    return FailedPrecondition(
        "LEAF_IN_PLACE",
        "a view of a leaf Variable that requires grad is being used in an in-place operation.");
  }
  return absl::OkStatus();
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
  if (target.HasOverlap()) {
    return InvalidArgument(
        "OVERLAPPING_WRITE",
        "unsupported operation: more than one element of the written-to tensor refers to a single "
        "memory location. Please clone() the tensor before performing the operation.");
  }
  return absl::OkStatus();
}

}  // namespace client
}  // namespace gradd
