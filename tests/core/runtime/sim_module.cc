// The simulated device as a module: loaded as libgradd_cuda.so is.
#include "core/device/sim/sim_device.h"
#include "core/kernels/cpu/cpu_kernels.h"
#include "core/runtime/backend_module.h"

namespace {

absl::Status AddSim(gradd::BackendRegistry& registry) {
  gradd::SimOptions options;
  options.index = 7;
  registry.Add(gradd::MakeSimDevice(options), gradd::cpu::CpuKernels());
  return absl::OkStatus();
}

}  // namespace

extern "C" const gradd::BackendModule* gradd_backend_module() {
  static const gradd::BackendModule kModule = {GRADD_MODULE_ABI, AddSim, gradd::cpu::CpuKernels};
  return &kModule;
}
