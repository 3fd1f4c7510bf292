// How long somebody who gives no sign of life is waited for.
#pragma once

#include <atomic>
#include <cstdint>

#include "absl/time/time.h"

#include "core/base/clock.h"
#include "core/base/ref.h"

namespace gradd::server {

// Thread-safe.
class Lease final : public RefCounted {
 public:
  // `clock` outlives the lease.
  Lease(absl::Duration duration, Clock& clock);

  absl::Duration duration() const { return duration_; }
  // Zero: it has run out.
  absl::Duration left() const;
  // A sign of life.
  void Renew();

  // Between these it does not run; several may hold it.
  void BeginHold() { holds_.fetch_add(1); }
  void EndHold();

 private:
  const absl::Duration duration_;
  Clock& clock_;
  std::atomic<int64_t> renewed_at_;  // nanoseconds of clock_
  std::atomic<int> holds_{0};
};

}  // namespace gradd::server
