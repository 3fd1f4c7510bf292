// GET /metrics
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace prometheus {
class Collectable;
class Exposer;
}  // namespace prometheus

namespace gradd::server {

// Serves what its collectable says over HTTP, with threads of its own.
class MetricsEndpoint {
 public:
  // `address` is "HOST:PORT"; port 0: one that is free.
  static absl::StatusOr<std::unique_ptr<MetricsEndpoint>> Start(
      const std::string& address, std::shared_ptr<prometheus::Collectable> collectable);
  ~MetricsEndpoint();

  // With the port that was chosen.
  const std::string& url() const { return url_; }

 private:
  MetricsEndpoint() = default;

  std::shared_ptr<prometheus::Collectable> collectable_;
  std::unique_ptr<prometheus::Exposer> exposer_;
  std::string host_;
  int port_ = 0;
  std::string url_;
};

}  // namespace gradd::server
