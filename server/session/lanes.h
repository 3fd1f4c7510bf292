// A lane is a client thread. What it sends after a failure, until it has heard of it, must not
// happen.
#pragma once

#include <cstdint>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"

#include "core/base/status.h"
#include "server/session/cause.h"

namespace gradd::server {

class Lanes {
 public:
  // The failure that keeps commands of this lane and epoch from running; null: none does.
  CausePtr Blocking(uint32_t lane, uint32_t epoch) const {
    const auto found = failures_.find(lane);
    if (found == failures_.end() || epoch > found->second.epoch) return nullptr;
    return found->second.cause;
  }

  // From now on commands of this lane up to this epoch are skipped.
  void Fail(uint32_t lane, uint32_t epoch, CausePtr cause) {
    failures_[lane] = {epoch, std::move(cause)};
  }

  // A command of a later epoch ran: the client has heard of the failure.
  void Forget(uint32_t lane) { failures_.erase(lane); }

  // Only failed lanes take memory.
  size_t failed_count() const { return failures_.size(); }

 private:
  struct Failure {
    uint32_t epoch;
    CausePtr cause;
  };
  absl::flat_hash_map<uint32_t, Failure> failures_;
};

}  // namespace gradd::server
