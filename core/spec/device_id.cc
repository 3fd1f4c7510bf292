#include "core/spec/device_id.h"

#include <array>
#include <limits>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace gradd {
namespace {
constexpr std::array<absl::string_view, 3> kNames = {"cpu", "sim", "cuda"};
}

absl::string_view Name(DeviceKind kind) { return kNames[static_cast<size_t>(kind)]; }

std::string ToString(DeviceId device) {
  if (device.kind == DeviceKind::kCpu) return "cpu";
  return absl::StrCat(Name(device.kind), ":", static_cast<int>(device.index));
}

std::optional<DeviceId> ParseDeviceId(absl::string_view text) {
  const size_t colon = text.find(':');
  int index = 0;
  if (colon != absl::string_view::npos) {
    const absl::string_view digits = text.substr(colon + 1);
    const bool is_number = !digits.empty() && digits.find_first_not_of("0123456789") == digits.npos;
    if (!is_number || !absl::SimpleAtoi(digits, &index) ||
        index > std::numeric_limits<int8_t>::max()) {
      return std::nullopt;
    }
  }
  for (size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == text.substr(0, colon)) {
      return DeviceId{static_cast<DeviceKind>(i), static_cast<int8_t>(index)};
    }
  }
  return std::nullopt;
}

}  // namespace gradd
