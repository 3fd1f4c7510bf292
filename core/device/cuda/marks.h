// How far a device has come with a stream's work (Stream::Mark).
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>

#include "core/device/cuda/events.h"

namespace gradd::cuda {

// Knows nothing of CUDA.
class Marks {
 public:
  // Of more marks that nobody has found reached, the oldest count as reached when the next one is:
  // later than they are, never earlier.
  static constexpr size_t kMostEvents = 256;

  explicit Marks(Events& events) : events_(events), pool_(events) {}
  ~Marks();

  // A mark after all work enqueued so far: 1, 2, 3 and so on.
  uint64_t Add();
  // Whether the work before the mark is done, or never will be because the device is lost.
  bool HasReached(uint64_t mark);

 private:
  struct Pending {
    uint64_t mark;
    Events::Event event;
  };

  Events& events_;
  EventPool pool_;
  std::deque<Pending> pending_;  // in the order of the stream
  uint64_t last_ = 0;
  uint64_t reached_ = 0;  // it and all before it
};

}  // namespace gradd::cuda
