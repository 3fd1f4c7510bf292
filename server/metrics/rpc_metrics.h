// How long calls took and how they ended.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "core/base/mutex.h"
#include "server/metrics/histogram.h"

namespace gradd::server {

// Thread-safe.
class RpcMetrics {
 public:
  // `method`: "Forward"; "other" for those that do not exist. `code`: a grpc::StatusCode.
  void Count(absl::string_view method, int code, absl::Duration duration);

  using Key = std::pair<std::string, int>;
  std::map<Key, HistogramSnapshot> Collect() const;

 private:
  mutable Mutex mutex_;
  std::map<Key, HistogramSnapshot, std::less<>> calls_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace gradd::server
