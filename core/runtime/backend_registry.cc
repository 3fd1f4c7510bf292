#include "core/runtime/backend_registry.h"

#include "core/device/sim/sim_device.h"
#include "core/kernels/cpu/cpu_kernels.h"

namespace gradd {

void BackendRegistry::Add(std::unique_ptr<Device> device, const KernelTable& kernels) {
  backends_.push_back({std::move(device), &kernels});
}

const Backend* BackendRegistry::Find(DeviceId id) const {
  for (const Backend& backend : backends_) {
    if (backend.device->id() == id) return &backend;
  }
  return nullptr;
}

std::vector<DeviceId> BackendRegistry::devices() const {
  std::vector<DeviceId> ids;
  for (const Backend& backend : backends_) ids.push_back(backend.device->id());
  return ids;
}

std::unique_ptr<BackendRegistry> MakeHostBackends(bool with_sim, int64_t max_cached_bytes) {
  auto registry = std::make_unique<BackendRegistry>();
  registry->Add(MakeCpuDevice(max_cached_bytes), cpu::CpuKernels());
  if (with_sim) registry->Add(MakeSimDevice({}), cpu::CpuKernels());
  return registry;
}

}  // namespace gradd
