#include "core/runtime/backlog.h"

#include <algorithm>

#include "absl/time/clock.h"

#include "core/base/clock.h"

namespace gradd {
namespace {

constexpr int64_t kLargestWindow = 4096;
// However large a piece of work is, the device gets the next one before it is done.
constexpr int64_t kMostUnits = kLargestWindow / 4;
// A device that reaches a mark so soon after it was placed may get more at once, one that takes so
// long gets less.
constexpr int64_t kNear = 5'000'000;  // nanoseconds
constexpr int64_t kFar = 20'000'000;
// Parts of the window that are waited for one at a time.
constexpr int64_t kParts = 8;
// Short against what is still enqueued when somebody waits.
constexpr absl::Duration kNap = absl::Microseconds(50);
constexpr int kLooksBeforeNap = 64;

}  // namespace

void Backlog::PlaceMark(Stream& stream) {
  marked_.push_back({stream.Mark(), unmarked_units_, MonotonicNanos()});
  marked_units_ += unmarked_units_;
  unmarked_units_ = 0;
}

void Backlog::Advance(Stream& stream) {
  while (!marked_.empty() && stream.HasReached(marked_.front().mark)) {
    marked_units_ -= marked_.front().units;
    marked_.pop_front();
  }
}

bool Backlog::WaitForOldest(Stream& stream, const Cancellation* wish) {
  const Marked oldest = marked_.front();
  for (int looks = 0; !stream.HasReached(oldest.mark); ++looks) {
    if (wish != nullptr && wish->reason() != Cancellation::Reason::kNone) return false;
    if (looks >= kLooksBeforeNap) absl::SleepFor(kNap);
  }
  const int64_t behind = MonotonicNanos() - oldest.placed_at;
  if (behind < kNear) window_ = std::min(window_ * 2, kLargestWindow);
  if (behind > kFar) window_ = std::max<int64_t>(window_ / 2, 1);
  Advance(stream);
  return true;
}

void Backlog::Admit(Stream& stream, int64_t bytes, const Cancellation* wish) {
  const int64_t units = 1 + std::min(bytes / kUnitBytes, kMostUnits - 1);
  if (unmarked_units_ > 0 && unmarked_units_ + units > window_ / kParts) PlaceMark(stream);
  while (marked_units_ + unmarked_units_ + units > window_ && !marked_.empty()) {
    if (!WaitForOldest(stream, wish)) break;
  }
  unmarked_units_ += units;
}

}  // namespace gradd
