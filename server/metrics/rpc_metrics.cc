#include "server/metrics/rpc_metrics.h"

#include <algorithm>

namespace gradd::server {

void RpcMetrics::Count(absl::string_view method, int code, absl::Duration duration) {
  const int64_t nanos = std::max<int64_t>(absl::ToInt64Nanoseconds(duration), 0);
  Key key(std::string(method), code);  // names fit where no allocation is needed, mostly
  MutexLock lock(mutex_);
  calls_[std::move(key)].Count(static_cast<uint64_t>(nanos));
}

std::map<RpcMetrics::Key, HistogramSnapshot> RpcMetrics::Collect() const {
  MutexLock lock(mutex_);
  return {calls_.begin(), calls_.end()};
}

}  // namespace gradd::server
