#include "server/session/lease.h"

#include <algorithm>

namespace gradd::server {

Lease::Lease(absl::Duration duration, Clock& clock)
    : duration_(duration), clock_(clock), renewed_at_(absl::ToUnixNanos(clock.Now())) {}

absl::Duration Lease::left() const {
  if (holds_.load() > 0) return duration_;
  const absl::Time renewed = absl::FromUnixNanos(renewed_at_.load(std::memory_order_relaxed));
  return std::max(absl::ZeroDuration(), renewed + duration_ - clock_.Now());
}

void Lease::Renew() {
  renewed_at_.store(absl::ToUnixNanos(clock_.Now()), std::memory_order_relaxed);
}

void Lease::EndHold() {
  Renew();
  holds_.fetch_sub(1);
}

}  // namespace gradd::server
