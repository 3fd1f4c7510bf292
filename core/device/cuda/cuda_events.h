// The events of a CudaStream.
#pragma once

#include "core/device/cuda/events.h"

namespace gradd::cuda {

class CudaStream;

// Errors become faults of the device where they are some, and never of the op that is enqueued:
// nobody's result depends on an event.
class CudaEvents final : public Events {
 public:
  enum class Kind { kTimed, kUntimed };  // those without a time cost the device less

  CudaEvents(CudaStream& stream, Kind kind) : stream_(stream), kind_(kind) {}

  Event Create() override;
  void Destroy(Event event) override;
  bool Record(Event event) override;
  State Query(Event event) override;
  int64_t NanosBetween(Event start, Event end) override;
  bool IsIdle() override;

 private:
  CudaStream& stream_;
  const Kind kind_;
};

}  // namespace gradd::cuda
