// The devices of the process and what computes on them.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/device/cpu/cpu_device.h"
#include "core/device/device.h"
#include "core/kernels/kernel.h"

namespace gradd {

struct Backend {
  std::unique_ptr<Device> device;
  const KernelTable* kernels = nullptr;
};

// Filled while the process starts (by the composition root, and by modules that it loads), constant
// afterwards.
class BackendRegistry {
 public:
  // REQUIRES: no other device has this one's id; `kernels` outlives the registry.
  void Add(std::unique_ptr<Device> device, const KernelTable& kernels);
  // Null when there is no such device.
  const Backend* Find(DeviceId id) const;
  std::vector<DeviceId> devices() const;

  // For whoever runs the process to read: why a module could not add a device, say.
  void AddNote(std::string note) { notes_.push_back(std::move(note)); }
  const std::vector<std::string>& notes() const { return notes_; }

 private:
  std::deque<Backend> backends_;
  std::vector<std::string> notes_;
};

// A registry with the devices that need no module: "cpu", which keeps at most `max_cached_bytes` of
// free memory, and, if asked for, "sim:0".
std::unique_ptr<BackendRegistry> MakeHostBackends(bool with_sim,
                                                  int64_t max_cached_bytes = kDefaultCachedBytes);

}  // namespace gradd
