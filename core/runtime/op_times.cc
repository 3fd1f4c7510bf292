#include "core/runtime/op_times.h"

#include <algorithm>

namespace gradd {

bool OpTimes::IsNextTimed(const Op& op, Phase phase) {
  const size_t place = static_cast<size_t>(op.index) * kPhaseCount + static_cast<size_t>(phase);
  if (place >= calls_.size()) calls_.resize(std::max(place + 1, 2 * calls_.size()));
  static_assert(256 % kEvery == 0);
  return calls_[place]++ % kEvery == 1;
}

void OpTimes::Report(Stream& stream, OpObserver& observer) {
  while (!pending_.empty()) {
    const std::optional<int64_t> nanos = stream.TakeOpTime();
    if (!nanos.has_value()) return;
    DeviceTime& time = pending_.front();
    time.nanos = *nanos;
    if (*nanos != Stream::kUnknownTime) observer.OnDeviceTime(time);
    pending_.pop_front();
  }
}

}  // namespace gradd
