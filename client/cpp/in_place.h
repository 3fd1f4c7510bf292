// What may be changed in place: PyTorch's rule, checked before anything is sent.
#pragma once

#include "absl/status/status.h"

#include "client/cpp/grad_mode.h"
#include "client/cpp/remote_value.h"

namespace gradd {
inline namespace client {

// A leaf that requires grad, or a view of one, stays as it is while ops are recorded.
absl::Status CheckInPlaceTracking(const RemoteValue& target, GradMode mode);

}  // namespace client
}  // namespace gradd
