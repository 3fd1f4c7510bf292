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
  // How long a stream lived says how long its client did, and nothing of the time that answers
  // take.
  void CountStream(absl::string_view method, int code, absl::Duration duration);

  using Key = std::pair<std::string, int>;
  using Histograms = std::map<Key, HistogramSnapshot>;
  Histograms Collect() const;
  // Streams live for minutes and hours: buckets of durations in units of so many bits.
  static constexpr int kStreamShift = 14;
  Histograms CollectStreams() const;

 private:
  mutable Mutex mutex_;
  Histograms calls_ ABSL_GUARDED_BY(mutex_);
  Histograms streams_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace gradd::server
