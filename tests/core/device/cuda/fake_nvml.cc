// A libnvidia-ml.so.1 for nvml_test.cc: its devices are what their bus ids say.
#include <cstring>

namespace {
constexpr int kSuccess = 0, kNotSupported = 3, kNotFound = 6, kGpuIsLost = 15;
bool is_initialised = false;

bool Is(void* device, const char* what) {
  return std::strcmp(static_cast<char*>(device), what) == 0;
}
}  // namespace

extern "C" {

int nvmlInit_v2() {
  is_initialised = true;
  return kSuccess;
}

int nvmlDeviceGetHandleByPciBusId_v2(const char* bus_id, void** device) {
  if (!is_initialised || std::strcmp(bus_id, "unknown") == 0) return kNotFound;
  *device = const_cast<char*>(bus_id);  // literals of the test
  return kSuccess;
}

int nvmlDeviceGetMigMode(void* device, unsigned* current, unsigned* pending) {
  if (Is(device, "old")) return kNotSupported;
  *current = *pending = Is(device, "parts") ? 1 : 0;
  return kSuccess;
}

int nvmlDeviceGetMemoryInfo(void* device, unsigned long long* total_free_used) {
  if (Is(device, "lost")) return kGpuIsLost;
  total_free_used[0] = 80ull << 30;
  total_free_used[1] = 70ull << 30;
  total_free_used[2] = 10ull << 30;
  return kSuccess;
}

int nvmlDeviceGetUtilizationRates(void* device, unsigned* gpu_memory) {
  if (Is(device, "virtual")) return kNotSupported;
  gpu_memory[0] = 25;
  gpu_memory[1] = 75;
  return kSuccess;
}

}  // extern "C"
