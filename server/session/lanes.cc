#include "server/session/lanes.h"

#include <algorithm>
#include <vector>

#include "server/errors.h"

namespace gradd::server {

CausePtr Lanes::FindBlocking(uint32_t lane, uint32_t epoch) {
  const auto found = failures_.find(lane);
  if (found != failures_.end()) {
    if (epoch <= found->second.epoch) return found->second.cause;
    failures_.erase(found);
    return nullptr;
  }
  if (failures_.size() < limit_) return nullptr;
  return MakeRef<Cause>(errors::TooManyFailedLanes(static_cast<int64_t>(limit_)),
                        codec::ErrorOrigin());
}

void Lanes::ForEach(absl::FunctionRef<void(uint32_t, uint32_t, const Cause&)> visit) const {
  std::vector<uint32_t> lanes;
  for (const auto& [lane, failure] : failures_) lanes.push_back(lane);
  std::sort(lanes.begin(), lanes.end());
  for (const uint32_t lane : lanes) {
    const Failure& failure = failures_.at(lane);
    visit(lane, failure.epoch, *failure.cause);
  }
}

}  // namespace gradd::server
