// What an in-place op may write where. Clients check it before they send, servers again.
#pragma once

#include "absl/status/status.h"

#include "core/spec/tensor_spec.h"

namespace gradd {

// Refuses a target of which two indices name one element of storage.
absl::Status CheckNoOverlap(const TensorSpec& target);

// The result of an op can become the contents of its target: it has the target's shape, can be
// converted to its dtype without losing its category, and each element has a place of its own.
absl::Status CheckInPlaceResult(const TensorSpec& target, const TensorSpec& result);

}  // namespace gradd
