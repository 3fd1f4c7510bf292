// How long ops take on a device, from events before and after each (Stream::BeginOp).
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

#include "core/device/cuda/events.h"

namespace gradd::cuda {

// A time begins when the stream comes to the op, so on a device that waits for its host it holds
// the launches of the op too. Knows nothing of CUDA.
class OpTimer {
 public:
  // Beyond so many ops whose times nobody has taken, or that are not done, no more are timed.
  static constexpr size_t kMostPairs = 64;

  explicit OpTimer(Events& events) : events_(events), pool_(events) {}
  ~OpTimer();

  // Around the work of one op that is to be timed.
  void Begin();
  void End();
  // Of each op between Begin and End one answer, in their order: its nanoseconds or, where it could
  // not be timed, Stream::kUnknownTime. Nothing while the next one is not done.
  std::optional<int64_t> Take();

 private:
  // Without events: could not be timed.
  struct Pair {
    Events::Event start = nullptr;
    Events::Event end = nullptr;
  };
  void PutBack(const Pair& pair);

  Events& events_;
  EventPool pool_;
  Pair open_;                 // between Begin and End
  std::deque<Pair> pending_;  // in the order of the stream
  size_t pair_count_ = 0;     // of those pending, with events
};

}  // namespace gradd::cuda
