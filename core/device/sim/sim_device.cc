#include "core/device/sim/sim_device.h"

#include <atomic>
#include <cstring>

#include "core/base/host_memory.h"
#include "core/base/status.h"
#include "core/device/sim/sim_stream.h"

namespace gradd {
namespace {

// Overwrites freed memory, so that work that still reads it computes visible nonsense.
constexpr int kFreedByte = 0xDB;

class SimDevice final : public Device {
 public:
  explicit SimDevice(const SimOptions& options) : options_(options) {}

  DeviceId id() const override { return {DeviceKind::kSim, static_cast<int8_t>(options_.index)}; }
  absl::StatusOr<RefPtr<Stream>> CreateStream(const StreamOptions&) override {
    return RefPtr<Stream>(new SimStream(options_.delay, faulted_));
  }

  absl::StatusOr<void*> Allocate(size_t bytes, Stream&) override {
    void* const memory = AllocateHost(bytes);
    if (memory == nullptr) {
      return ResourceExhausted("OUT_OF_MEMORY", "sim out of memory. Tried to allocate ", bytes,
                               " bytes");
    }
    return memory;
  }
  void Free(void* memory, size_t bytes, Stream& stream) override {
    stream.Enqueue([memory, bytes] {
      std::memset(memory, kFreedByte, bytes);
      FreeHost(memory);
    });
  }

  bool CopyFromHost(void* to, const void* from, size_t bytes, Stream& stream) override {
    stream.Enqueue([=] { std::memcpy(to, from, bytes); });
    return false;
  }
  void CopyToHost(void* to, const void* from, size_t bytes, Stream& stream) override {
    stream.Enqueue([=] { std::memcpy(to, from, bytes); });
  }

  absl::Status fault() const override { return SimFault(*faulted_); }

 private:
  const SimOptions options_;
  // Streams can outlive the device of a test.
  const std::shared_ptr<std::atomic<bool>> faulted_ = std::make_shared<std::atomic<bool>>(false);
};

}  // namespace

std::unique_ptr<Device> MakeSimDevice(const SimOptions& options) {
  return std::make_unique<SimDevice>(options);
}

void InjectSimFault(Stream& stream) { static_cast<SimStream&>(stream).InjectFault(); }

}  // namespace gradd
