#include "core/device/cpu/cpu_device.h"

#include <cstring>

#include "core/base/status.h"
#include "core/device/host_memory.h"

namespace gradd {
namespace {

class CpuStream final : public Stream {
 public:
  CpuStream() : Stream(true) {}
  void Enqueue(std::function<void()> work) override { work(); }
  absl::Status Synchronize() override { return absl::OkStatus(); }
};

class CpuDevice final : public Device {
 public:
  DeviceId id() const override { return {DeviceKind::kCpu, 0}; }
  absl::StatusOr<RefPtr<Stream>> CreateStream() override { return RefPtr<Stream>(new CpuStream); }

  absl::StatusOr<void*> Allocate(size_t bytes, Stream&) override {
    void* const memory = AllocateHost(bytes);
    if (memory == nullptr) {
      return ResourceExhausted("OUT_OF_MEMORY", "CPU out of memory. Tried to allocate ", bytes,
                               " bytes");
    }
    return memory;
  }
  void Free(void* memory, size_t, Stream&) override { FreeHost(memory); }

  void CopyFromHost(void* to, const void* from, size_t bytes, Stream&) override {
    std::memcpy(to, from, bytes);
  }
  void CopyToHost(void* to, const void* from, size_t bytes, Stream&) override {
    std::memcpy(to, from, bytes);
  }
};

}  // namespace

std::unique_ptr<Device> MakeCpuDevice() { return std::make_unique<CpuDevice>(); }

}  // namespace gradd
