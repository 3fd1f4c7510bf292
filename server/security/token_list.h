// Bearer tokens: who may call at all.
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "core/base/clock.h"
#include "core/base/mutex.h"

namespace gradd::server {

// Thread-safe.
class TokenList {
 public:
  // Lines of a token and, after a space, the RFC 3339 time at which it expires; empty lines and
  // those that begin with # say nothing. INVALID_ARGUMENT that names the line.
  static absl::StatusOr<std::vector<std::pair<std::string, absl::Time>>> Parse(
      absl::string_view text);

  TokenList(std::vector<std::pair<std::string, absl::Time>> tokens, Clock& clock)
      : tokens_(std::move(tokens)), clock_(clock) {}

  // `authorization`: "Bearer <token>". UNAUTHENTICATED; RESOURCE_EXHAUSTED with RetryInfo when too
  // many wrong ones came just now. Compares in constant time.
  absl::Status Check(absl::string_view authorization);

 private:
  absl::Status Fail(absl::Status status);

  const std::vector<std::pair<std::string, absl::Time>> tokens_;
  Clock& clock_;
  Mutex mutex_;
  absl::Time second_ ABSL_GUARDED_BY(mutex_);  // in which failures were counted
  int failures_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace gradd::server
