// The processor: host memory, work done at once.
#pragma once

#include <memory>

#include "core/device/device.h"

namespace gradd {

std::unique_ptr<Device> MakeCpuDevice();

}  // namespace gradd
