#include "server/metrics/metrics_endpoint.h"

#include <exception>
#include <utility>

#include "absl/strings/str_cat.h"
#include <prometheus/collectable.h>
#include <prometheus/exposer.h>

#include "core/base/status.h"

namespace gradd::server {

absl::StatusOr<std::unique_ptr<MetricsEndpoint>> MetricsEndpoint::Start(
    const std::string& address, std::shared_ptr<prometheus::Collectable> collectable) {
  std::unique_ptr<MetricsEndpoint> endpoint(new MetricsEndpoint);
  endpoint->collectable_ = std::move(collectable);
  try {
    endpoint->exposer_ = std::make_unique<prometheus::Exposer>(address, 1);
    endpoint->exposer_->RegisterCollectable(endpoint->collectable_);
    const std::string host = address.substr(0, address.rfind(':'));
    endpoint->url_ = absl::StrCat("http://", host, ":",
                                  endpoint->exposer_->GetListeningPorts().at(0), "/metrics");
  } catch (const std::exception& error) {
    return FailedPrecondition("METRICS", "Cannot serve metrics on ", address, ": ", error.what(),
                              "; is the port in use?");
  }
  return endpoint;
}

MetricsEndpoint::~MetricsEndpoint() = default;

}  // namespace gradd::server
