// Sees when a device is lost (Device::fault).
#pragma once

#include <atomic>
#include <functional>
#include <thread>
#include <vector>

#include "absl/status/status.h"

#include "core/base/mutex.h"
#include "core/runtime/backend_registry.h"

namespace gradd::server {

// Looks at all devices every limits::kDeviceWatch, in a thread of its own: those of sessions may
// hang with the device. A server that has the processor only has no such thread.
class DeviceWatch {
 public:
  // Called once, on the watch's thread, with the first device that is lost.
  using OnLoss = std::function<void(DeviceId device, const absl::Status& fault)>;

  // `backends` outlives the watch.
  DeviceWatch(const BackendRegistry& backends, OnLoss on_loss);
  // After this `on_loss` is not called any more.
  ~DeviceWatch();

  // True from just before `on_loss` is called. Thread-safe.
  bool has_loss() const { return has_loss_.load(); }

 private:
  void Run();
  // True when a device is lost, and has been told of.
  bool Look();

  const OnLoss on_loss_;
  std::vector<const Device*> devices_;
  std::atomic<bool> has_loss_{false};
  Mutex mutex_;
  ConditionVariable stop_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace gradd::server
