// The simulated device as a module: loaded as libgradd_cuda.so is. With GRADD_SIM_FAULT_OP=NAME the
// op of that name makes it lost.
#include <cstdlib>

#include "core/device/sim/sim_device.h"
#include "core/kernels/cpu/cpu_kernels.h"
#include "core/ops/op_table.h"
#include "core/runtime/backend_module.h"

namespace {

const gradd::KernelTable& Kernels() {
  static const gradd::KernelTable* const kKernels = [] {
    auto* const kernels = new gradd::KernelTable(gradd::cpu::CpuKernels());
    const char* const name = std::getenv("GRADD_SIM_FAULT_OP");
    const gradd::Op* const op = name == nullptr ? nullptr : gradd::FindOp(name);
    if (op != nullptr) {
      kernels->Set(*op, {[](const gradd::KernelCall& call) {
        gradd::InjectSimFault(call.stream);
        return absl::OkStatus();
      }});
    }
    return kernels;
  }();
  return *kKernels;
}

absl::Status AddSim(gradd::BackendRegistry& registry) {
  gradd::SimOptions options;
  options.index = 7;
  registry.Add(gradd::MakeSimDevice(options), Kernels());
  return absl::OkStatus();
}

}  // namespace

extern "C" const gradd::BackendModule* gradd_backend_module() {
  static const gradd::BackendModule kModule = {GRADD_MODULE_ABI, AddSim, Kernels};
  return &kModule;
}
