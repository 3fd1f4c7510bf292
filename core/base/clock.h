// Time as a dependency: leases and deadlines ask a Clock, so that tests can turn its hands.
#pragma once

#include <cstdint>

#include "absl/time/time.h"

namespace gradd {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual absl::Time Now() = 0;

  // The machine's clock. Never destroyed.
  static Clock& Real();
};

// A monotonic count of nanoseconds for measuring durations; costs about 20 ns.
int64_t MonotonicNanos();

// The same in ticks of the processor's invariant counter where it has one (about 8 ns), else in
// nanoseconds. Only differences mean anything.
inline uint64_t ReadTicks() {
#if defined(__x86_64__)
  return __builtin_ia32_rdtsc();
#else
  return static_cast<uint64_t>(MonotonicNanos());
#endif
}

// Nanoseconds a tick lasts, measured once when first asked.
double NanosPerTick();

}  // namespace gradd
