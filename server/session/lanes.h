// A lane is a client thread. What it sends after a failure, until it has heard of it, must not
// happen.
#pragma once

#include <cstdint>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"

#include "server/limits.h"
#include "server/session/cause.h"

namespace gradd::server {

// Only failed lanes take memory, until a command of a later epoch says that the client has heard.
class Lanes {
 public:
  explicit Lanes(size_t limit = limits::kFailedLanes) : limit_(limit) {}

  // The failure that keeps commands of this lane and epoch from running; null: none does. While as
  // many lanes have failed as can be kept, those of other lanes fail too.
  CausePtr Blocking(uint32_t lane, uint32_t epoch) {
    if (failures_.empty()) return nullptr;
    return FindBlocking(lane, epoch);
  }
  // From now on commands of this lane up to this epoch are skipped. REQUIRES: Blocking was null.
  void Fail(uint32_t lane, uint32_t epoch, CausePtr cause) {
    failures_[lane] = {epoch, std::move(cause)};
  }

  size_t failed_count() const { return failures_.size(); }
  // In ascending order of lanes.
  void ForEach(absl::FunctionRef<void(uint32_t lane, uint32_t epoch, const Cause&)> visit) const;

 private:
  struct Failure {
    uint32_t epoch;
    CausePtr cause;
  };

  CausePtr FindBlocking(uint32_t lane, uint32_t epoch);

  const size_t limit_;
  absl::flat_hash_map<uint32_t, Failure> failures_;
};

}  // namespace gradd::server
