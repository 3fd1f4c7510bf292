#include "core/device/cuda/nvml.h"

#include <dlfcn.h>

#include <cstdint>

namespace gradd::cuda {
namespace {

// The part of NVML's binary interface that is used, after the reference of its version 13: toolkits
// are often installed without nvml.h, and drivers keep these functions as they are.
constexpr int kSuccess = 0;
constexpr unsigned kMigEnabled = 1;
struct Memory {  // bytes
  unsigned long long total, free, used;
};
struct Utilization {  // percent of the last sample period, a sixth of a second to a second
  unsigned gpu, memory;
};

struct Library {
  int (*Init)();
  int (*DeviceGetHandleByPciBusId)(const char* pci_bus_id, void** device);
  int (*DeviceGetMigMode)(void* device, unsigned* current, unsigned* pending);
  int (*DeviceGetMemoryInfo)(void* device, Memory* memory);
  int (*DeviceGetUtilizationRates)(void* device, Utilization* utilization);
};

template <class Function>
bool Find(void* library, const char* symbol, Function& function) {
  function = reinterpret_cast<Function>(dlsym(library, symbol));
  return function != nullptr;
}

const Library* Load() {
  void* const file = dlopen("libnvidia-ml.so.1", RTLD_LAZY | RTLD_LOCAL);  // never closed
  if (file == nullptr) return nullptr;
  static Library library;
  const bool is_usable =
      Find(file, "nvmlInit_v2", library.Init) &&
      Find(file, "nvmlDeviceGetHandleByPciBusId_v2", library.DeviceGetHandleByPciBusId) &&
      Find(file, "nvmlDeviceGetMigMode", library.DeviceGetMigMode) &&
      Find(file, "nvmlDeviceGetMemoryInfo", library.DeviceGetMemoryInfo) &&
      Find(file, "nvmlDeviceGetUtilizationRates", library.DeviceGetUtilizationRates) &&
      library.Init() == kSuccess;
  return is_usable ? &library : nullptr;
}

// Null where there is none. Tried once; the answer stays.
const Library* TheLibrary() {
  static const Library* const kLibrary = Load();
  return kLibrary;
}

}  // namespace

std::unique_ptr<Nvml> Nvml::Find(const char* pci_bus_id) {
  const Library* const library = TheLibrary();
  void* device = nullptr;
  if (library == nullptr || library->DeviceGetHandleByPciBusId(pci_bus_id, &device) != kSuccess) {
    return nullptr;
  }
  unsigned mig = 0, pending = 0;
  if (library->DeviceGetMigMode(device, &mig, &pending) == kSuccess && mig == kMigEnabled) {
    return nullptr;
  }
  return std::unique_ptr<Nvml>(new Nvml(device));
}

std::optional<DeviceUsage> Nvml::usage() const {
  const Library& library = *TheLibrary();
  Memory memory = {};
  if (library.DeviceGetMemoryInfo(device_, &memory) != kSuccess) return std::nullopt;
  DeviceUsage usage;
  usage.memory_used = static_cast<int64_t>(memory.used);
  usage.memory_total = static_cast<int64_t>(memory.total);
  Utilization utilization = {};
  if (library.DeviceGetUtilizationRates(device_, &utilization) == kSuccess) {
    usage.busy = utilization.gpu / 100.0;
  }
  return usage;
}

}  // namespace gradd::cuda
