// What the driver's management library says of a device.
#pragma once

#include <memory>
#include <optional>

#include "core/device/device.h"

namespace gradd::cuda {

// One device as libnvidia-ml.so.1 sees it. The library comes with the driver, is loaded and never
// linked, and asks the driver itself: no context of CUDA's takes part, so a lost device is as good
// as any. Thread-safe.
class Nvml {
 public:
  // Null where there is no such library, where it does not know the device, and for a part of a
  // device (MIG), of which it would tell the whole. `pci_bus_id`: of cudaDeviceGetPCIBusId.
  static std::unique_ptr<Nvml> Find(const char* pci_bus_id);

  // Nothing when the device is gone.
  std::optional<DeviceUsage> usage() const;

 private:
  explicit Nvml(void* device) : device_(device) {}

  void* const device_;
};

}  // namespace gradd::cuda
