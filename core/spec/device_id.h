// Which device a tensor lives on: a backend's name and a number, "cpu" or "cuda:1".
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace gradd {

enum class DeviceKind : uint8_t { kCpu, kSim, kCuda };

struct DeviceId {
  DeviceKind kind = DeviceKind::kCpu;
  int8_t index = 0;

  bool operator==(const DeviceId&) const = default;
};

absl::string_view Name(DeviceKind kind);
// "cpu" for the processor, "kind:index" for everything else.
std::string ToString(DeviceId device);
std::optional<DeviceId> ParseDeviceId(absl::string_view text);

}  // namespace gradd
