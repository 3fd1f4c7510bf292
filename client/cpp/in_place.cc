#include "client/cpp/in_place.h"

#include "core/base/status.h"

namespace gradd {
inline namespace client {
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
        "VIEW_OF_LEAF_IN_PLACE",
        "a view of a leaf Variable that requires grad is being used in an in-place operation.");
  }
  return absl::OkStatus();
}

}  // namespace client
}  // namespace gradd
