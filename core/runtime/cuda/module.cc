// What libgradd_cuda.so does when it is loaded.
#include <cuda_runtime_api.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

#include "core/device/cuda/cuda_device.h"
#include "core/kernels/cuda/cuda_kernels.h"
#include "core/kernels/cuda/has_code.h"
#include "core/runtime/backend_module.h"

namespace gradd::cuda {
namespace {

absl::StatusOr<std::unique_ptr<CudaDevice>> MakeDevice(int index) {
  absl::StatusOr<std::unique_ptr<CudaDevice>> device = CudaDevice::Create(index);
  if (!device.ok()) return device;
  const cudaError_t error = HasCodeForCurrentDevice();
  if (error == cudaSuccess) return device;
  return (*device)->fault_state().Check(error, "looking for kernels that were compiled for it");
}

// Why there is no device at all.
std::string Absence(cudaError_t error) {
  int version = 0;
  if (cudaDriverGetVersion(&version) == cudaSuccess && version == 0)
    return "no driver is installed";
  return error != cudaSuccess ? cudaGetErrorString(error) : "the driver finds none";
}

absl::Status AddDevices(BackendRegistry& registry) {
  // The code of all kernels, not of each at its first launch: that may find no memory in the middle
  // of a step. CUDA reads it once, at its first call. Whoever starts the server may want otherwise.
  setenv("CUDA_MODULE_LOADING", "EAGER", 0);
  int count = 0;
  const cudaError_t error = cudaGetDeviceCount(&count);
  if (error != cudaSuccess || count == 0) {
    registry.AddNote("no CUDA device: " + Absence(error));
    (void)cudaGetLastError();
    return absl::OkStatus();
  }
  std::vector<CudaDevice*> devices;
  for (int i = 0; i < count && i <= INT8_MAX; ++i) {
    absl::StatusOr<std::unique_ptr<CudaDevice>> device = MakeDevice(i);
    if (!device.ok()) {
      registry.AddNote(
          absl::StrCat("device cuda:", i, " is left out: ", device.status().message()));
      continue;
    }
    devices.push_back(device->get());
    registry.Add(*std::move(device), CudaKernels());
  }
  for (CudaDevice* const device : devices) {
    for (const CudaDevice* const reader : devices) {
      if (reader != device) device->AllowAccessBy(*reader);
    }
  }
  return absl::OkStatus();
}

}  // namespace
}  // namespace gradd::cuda

extern "C" const gradd::BackendModule* gradd_backend_module() {
  static const gradd::BackendModule kModule = {GRADD_BACKEND_ABI, gradd::cuda::AddDevices,
                                               gradd::cuda::CudaKernels};
  return &kModule;
}
