#include "core/device/cpu/cpu_device.h"

#include <cstring>

#include "core/base/caching_allocator.h"
#include "core/base/status.h"

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
  explicit CpuDevice(int64_t max_cached_bytes) : allocator_(max_cached_bytes) {}

  DeviceId id() const override { return {DeviceKind::kCpu, 0}; }
  absl::StatusOr<RefPtr<Stream>> CreateStream(const StreamOptions&) override {
    return RefPtr<Stream>(new CpuStream);
  }

  absl::StatusOr<void*> Allocate(size_t bytes, Stream&) override {
    void* const memory = allocator_.Allocate(bytes);
    if (memory == nullptr) {
      return ResourceExhausted("OUT_OF_MEMORY", "CPU out of memory. Tried to allocate ", bytes,
                               " bytes");
    }
    return memory;
  }
  // Work is done when it was enqueued, so nobody uses the memory any more.
  void Free(void* memory, size_t bytes, Stream&) override { allocator_.Free(memory, bytes); }
  int64_t cached_bytes() const override { return allocator_.cached_bytes(); }

  bool CopyFromHost(void* to, const void* from, size_t bytes, Stream&) override {
    std::memcpy(to, from, bytes);
    return true;
  }
  void CopyToHost(void* to, const void* from, size_t bytes, Stream&) override {
    std::memcpy(to, from, bytes);
  }

 private:
  CachingAllocator allocator_;
};

}  // namespace

std::unique_ptr<Device> MakeCpuDevice(int64_t max_cached_bytes) {
  return std::make_unique<CpuDevice>(max_cached_bytes);
}

}  // namespace gradd
