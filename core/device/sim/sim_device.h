// The processor behind an asynchronous stream, so that no synchronous assumption creeps in before a
// GPU shows it: work is done later by a thread of the stream, after a delay; memory is freed in the
// order of the stream and overwritten first; a fault shows when somebody synchronizes.
#pragma once

#include <memory>

#include "absl/time/time.h"

#include "core/device/device.h"

namespace gradd {

struct SimOptions {
  int index = 0;
  // Before each piece of work that finds the stream idle.
  absl::Duration delay = absl::Microseconds(20);
};

std::unique_ptr<Device> MakeSimDevice(const SimOptions& options);

// Makes the device lost: it, and every Synchronize of its streams from now on, reports a fault.
void InjectSimFault(Stream& stream);

}  // namespace gradd
