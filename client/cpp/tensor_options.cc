#include "client/cpp/tensor_options.h"

#include "absl/strings/str_cat.h"

namespace gradd {
inline namespace client {

DeviceId Device(absl::string_view name) {
  if (const std::optional<DeviceId> device = ParseDeviceId(name)) return *device;
  throw Error(absl::StatusCode::kInvalidArgument, "DEVICE_UNKNOWN",
              absl::StrCat("unknown device '", name, "'"), "", "");
}

}  // namespace client
}  // namespace gradd
