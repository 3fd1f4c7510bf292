// How far a session may be ahead of a device that does its work later.
#pragma once

#include <cstdint>
#include <deque>

#include "core/base/cancellation.h"
#include "core/device/stream.h"

namespace gradd {

// Far enough that the device does not wait for the session, near enough that a command that is
// cancelled, or whose time is over, leaves little behind that still runs: enqueued work cannot be
// taken back. How long work takes is not known before it is done, so what may be enqueued is a
// window over what it touches, which grows while the device is near and shrinks when it is far
// behind, as that of a TCP sender does.
class Backlog {
 public:
  // Before work that touches `bytes` is enqueued. Waits while the device is too far behind, or
  // until `wish` (may be null) is one to stop.
  void Admit(Stream& stream, int64_t bytes, const Cancellation* wish);

  // In units: one a piece of work, and one more for so many bytes.
  static constexpr int64_t kUnitBytes = int64_t{1} << 20;
  int64_t window() const { return window_; }

 private:
  struct Marked {
    uint64_t mark;
    int64_t units;      // enqueued before it and after the mark before
    int64_t placed_at;  // MonotonicNanos()
  };

  void PlaceMark(Stream& stream);
  // Forgets what is done.
  void Advance(Stream& stream);
  // Until the oldest mark is reached. False: somebody wishes to stop.
  bool WaitForOldest(Stream& stream, const Cancellation* wish);

  std::deque<Marked> marked_;
  int64_t marked_units_ = 0;
  int64_t unmarked_units_ = 0;
  int64_t window_ = 64;
};

}  // namespace gradd
