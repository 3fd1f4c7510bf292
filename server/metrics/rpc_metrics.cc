#include "server/metrics/rpc_metrics.h"

#include <algorithm>

namespace gradd::server {
namespace {

uint64_t NanosOf(absl::Duration duration) {
  return static_cast<uint64_t>(std::max<int64_t>(absl::ToInt64Nanoseconds(duration), 0));
}

}  // namespace

void RpcMetrics::Count(absl::string_view method, int code, absl::Duration duration) {
  Key key(std::string(method), code);  // names fit where no allocation is needed, mostly
  MutexLock lock(mutex_);
  calls_[std::move(key)].Count(NanosOf(duration));
}

void RpcMetrics::CountStream(absl::string_view method, int code, absl::Duration duration) {
  Key key(std::string(method), code);
  MutexLock lock(mutex_);
  streams_[std::move(key)].Count(NanosOf(duration), kStreamShift);
}

RpcMetrics::Histograms RpcMetrics::Collect() const {
  MutexLock lock(mutex_);
  return calls_;
}

RpcMetrics::Histograms RpcMetrics::CollectStreams() const {
  MutexLock lock(mutex_);
  return streams_;
}

}  // namespace gradd::server
