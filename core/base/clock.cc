#include "core/base/clock.h"

#include <chrono>
#include <thread>

#include "absl/time/clock.h"

namespace gradd {
namespace {

class RealClock final : public Clock {
 public:
  absl::Time Now() override { return absl::Now(); }
};

double MeasureNanosPerTick() {
  const int64_t nanos_before = MonotonicNanos();
  const uint64_t ticks_before = ReadTicks();
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  const int64_t nanos = MonotonicNanos() - nanos_before;
  const uint64_t ticks = ReadTicks() - ticks_before;
  return ticks == 0 ? 1.0 : static_cast<double>(nanos) / static_cast<double>(ticks);
}

}  // namespace

Clock& Clock::Real() {
  static RealClock* const kClock = new RealClock;
  return *kClock;
}

int64_t MonotonicNanos() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

double NanosPerTick() {
  static const double kNanosPerTick = MeasureNanosPerTick();
  return kNanosPerTick;
}

}  // namespace gradd
