// How long ops take on a device that does their work later.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "core/device/stream.h"
#include "core/ops/observer.h"
#include "core/ops/op.h"

namespace gradd {

// Of each op in each phase the second call is timed, and then every sixteenth: timing costs the
// host as much as enqueuing a small op, and the first call loads the kernel meanwhile.
class OpTimes {
 public:
  // Whether the next call of `op` is to be timed (Stream::BeginOp).
  bool IsNextTimed(const Op& op, Phase phase);
  // A call that was timed has been enqueued.
  void Add(const Op& op, Phase phase, DeviceId device, DType dtype) {
    pending_.push_back({op, phase, device, dtype, 0});
  }
  // Tells of those that are done.
  void Report(Stream& stream, OpObserver& observer);

 private:
  static constexpr unsigned kEvery = 16;

  std::vector<uint8_t> calls_;  // of an op in a phase, modulo a multiple of kEvery
  std::deque<DeviceTime> pending_;
};

}  // namespace gradd
