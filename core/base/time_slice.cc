#include "core/base/time_slice.h"

#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>

#include "core/base/clock.h"

namespace gradd {
namespace {

constexpr int64_t kSliceNanos = 100'000;

thread_local bool uses_short_slices = false;
thread_local int64_t gave_way_at = 0;  // MonotonicNanos()

// As in linux/sched/types.h, which cannot be included beside glibc's sched.h.
struct SchedulingAttributes {
  uint32_t size = sizeof(SchedulingAttributes);
  uint32_t policy = SCHED_OTHER;
  uint64_t flags = 0;
  int32_t nice = 0;
  uint32_t priority = 0;
  uint64_t runtime = 0;  // of SCHED_OTHER: the slice, in nanoseconds
  uint64_t deadline = 0;
  uint64_t period = 0;
};

}  // namespace

void UseShortTimeSlices() {
  SchedulingAttributes attributes;
  const auto read = [&attributes] {
    return syscall(SYS_sched_getattr, 0, &attributes, sizeof(attributes), 0) == 0;
  };
  // Who chose another policy for this process knows better.
  if (!read() || attributes.policy != SCHED_OTHER) return;
  attributes.runtime = kSliceNanos;
  if (syscall(SYS_sched_setattr, 0, &attributes, 0) != 0) return;
  uses_short_slices = read() && attributes.runtime == kSliceNanos;
}

void GiveWay() {
  if (!uses_short_slices) return;
  const int64_t now = MonotonicNanos();
  if (now - gave_way_at < kSliceNanos) return;
  sched_yield();
  gave_way_at = MonotonicNanos();
}

}  // namespace gradd
