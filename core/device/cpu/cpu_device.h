// The processor: host memory, work done at once.
#pragma once

#include <cstdint>
#include <memory>

#include "core/device/device.h"

namespace gradd {

inline constexpr int64_t kDefaultCachedBytes = int64_t{1} << 30;

// Of memory that is free it keeps at most `max_cached_bytes`.
std::unique_ptr<Device> MakeCpuDevice(int64_t max_cached_bytes = kDefaultCachedBytes);

}  // namespace gradd
