#include "server/device_watch.h"

#include <utility>

#include "server/limits.h"

namespace gradd::server {

DeviceWatch::DeviceWatch(const BackendRegistry& backends, OnLoss on_loss)
    : on_loss_(std::move(on_loss)) {
  for (const DeviceId id : backends.devices()) {
    if (id.kind != DeviceKind::kCpu) devices_.push_back(backends.Find(id)->device.get());
  }
  if (!devices_.empty()) thread_ = std::thread([this] { Run(); });
}

DeviceWatch::~DeviceWatch() {
  if (!thread_.joinable()) return;
  {
    MutexLock lock(mutex_);
    stopping_ = true;
  }
  stop_.NotifyAll();
  thread_.join();
}

void DeviceWatch::Run() {
  while (!Look()) {
    MutexLock lock(mutex_);
    if (!stopping_) stop_.WaitFor(mutex_, absl::ToChronoNanoseconds(limits::kDeviceWatch));
    if (stopping_) return;
  }
}

bool DeviceWatch::Look() {
  for (const Device* const device : devices_) {
    const absl::Status fault = device->fault();
    if (fault.ok()) continue;
    has_loss_ = true;
    on_loss_(device->id(), fault);
    return true;
  }
  return false;
}

}  // namespace gradd::server
