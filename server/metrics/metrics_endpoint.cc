#include "server/metrics/metrics_endpoint.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <exception>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include <prometheus/collectable.h>
#include <prometheus/exposer.h>

#include "core/base/status.h"

namespace gradd::server {
namespace {

// Connects and hangs up.
void Knock(const std::string& host, int port) {
  const bool is_v6 = host.find(':') != std::string::npos;
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_addr = in6addr_loopback;
  v6.sin6_port = htons(static_cast<uint16_t>(port));
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  v4.sin_port = v6.sin6_port;
  const int knock = socket(is_v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (knock < 0) return;
  (void)connect(knock, is_v6 ? reinterpret_cast<sockaddr*>(&v6) : reinterpret_cast<sockaddr*>(&v4),
                is_v6 ? sizeof(v6) : sizeof(v4));
  close(knock);
}

}  // namespace

absl::StatusOr<std::unique_ptr<MetricsEndpoint>> MetricsEndpoint::Start(
    const std::string& address, std::shared_ptr<prometheus::Collectable> collectable) {
  std::unique_ptr<MetricsEndpoint> endpoint(new MetricsEndpoint);
  endpoint->collectable_ = std::move(collectable);
  try {
    endpoint->exposer_ = std::make_unique<prometheus::Exposer>(address, 1);
    endpoint->exposer_->RegisterCollectable(endpoint->collectable_);
    endpoint->host_ = address.substr(0, address.rfind(':'));
    endpoint->port_ = endpoint->exposer_->GetListeningPorts().at(0);
    endpoint->url_ = absl::StrCat("http://", endpoint->host_, ":", endpoint->port_, "/metrics");
  } catch (const std::exception& error) {
    return FailedPrecondition("METRICS", "Cannot serve metrics on ", address, ": ", error.what(),
                              "; is the port in use?");
  }
  return endpoint;
}

MetricsEndpoint::~MetricsEndpoint() {
  if (exposer_ == nullptr) return;
  // CivetWeb looks for its end only between connections, or every two seconds.
  std::atomic<bool> stopped{false};
  std::thread stop([&] {
    exposer_ = nullptr;
    stopped = true;
  });
  while (!stopped) {
    Knock(host_, port_);
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  stop.join();
}

}  // namespace gradd::server
