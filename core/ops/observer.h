// Who is told of every op that ran. A write into part of a tensor is a "copy".
#pragma once

#include <cstdint>

#include "core/spec/device_id.h"
#include "core/spec/dtype.h"

namespace gradd {

struct Op;

// Forward: called by a user. Backward: called by a vjp rule. Step: called by an optimizer.
enum class Phase : uint8_t { kForward, kBackward, kStep };
inline constexpr int kPhaseCount = 3;

struct OpEvent {
  const Op& op;
  Phase phase;
  DeviceId device;
  DType dtype;  // of the first output
  int64_t output_bytes;
  uint64_t start_ticks;  // ReadTicks()
  uint64_t end_ticks;
};

// How long one of an op's calls took on an asynchronous device. Of all calls a sample is timed.
struct DeviceTime {
  const Op& op;
  Phase phase;
  DeviceId device;
  DType dtype;  // of the first output
  int64_t nanos;
};

// Called on the session's strand. Must be cheap: no lock, no allocation.
class OpObserver {
 public:
  virtual ~OpObserver() = default;
  // After each op.
  virtual void OnOp(const OpEvent& event) = 0;
  // Some time after a call that was timed on its device.
  virtual void OnDeviceTime(const DeviceTime& /*time*/) {}
};

}  // namespace gradd
