// The one place where the server's objects are made and connected.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "core/base/clock.h"
#include "core/base/ref.h"
#include "core/base/thread_pool.h"
#include "core/device/memory_budget.h"
#include "core/runtime/backend_registry.h"
#include "server/admission/admission.h"
#include "server/config.h"
#include "server/device_watch.h"
#include "server/handlers/services.h"
#include "server/metrics/command_metrics.h"
#include "server/metrics/metrics_endpoint.h"
#include "server/metrics/op_metrics.h"
#include "server/metrics/rpc_metrics.h"
#include "server/metrics/server_metrics.h"
#include "server/rpc/method_table.h"
#include "server/rpc/rpc_server.h"
#include "server/security/session_secrets.h"
#include "server/security/token_list.h"
#include "server/session/session_manager.h"

namespace gradd::server {

// What tests replace.
struct EnvironmentOverrides {
  Clock* clock = nullptr;
  absl::Duration reap_interval = absl::Seconds(1);
};

// A server that runs. It listens when Start returns.
class Environment {
 public:
  // `on_device_loss`: called once when a device is lost, by a thread of the server, which refuses
  // what is new from then on: whoever owns it is to drain and end the process.
  static absl::StatusOr<std::unique_ptr<Environment>> Start(
      const Config& config, const EnvironmentOverrides& overrides = {},
      std::function<void()> on_device_loss = nullptr);
  // Breaks what is still going on.
  ~Environment();

  const std::vector<ListenAddress>& addresses() const { return rpc_->addresses(); }
  // Empty with --metrics=off.
  std::string metrics_url() const { return endpoint_ ? endpoint_->url() : ""; }
  SessionManager& sessions() { return *sessions_; }
  const BackendRegistry& backends() const { return *backends_; }
  bool has_lost_device() const { return device_watch_->has_loss(); }

  // Refuses what is new, lets what was accepted finish, and returns when it has or when the time
  // for that is over: --drain, and no more than `at_most`.
  void Drain(absl::Duration at_most = absl::InfiniteDuration());

 private:
  Environment(const Config& config, const EnvironmentOverrides& overrides,
              std::function<void()> on_device_loss);
  absl::Status Make(const EnvironmentOverrides& overrides);
  absl::Status MakeSessions(absl::Duration reap_interval);
  absl::StatusOr<Admission::Share> Admit(const Method& method, const GrpcCall& call);
  ServerGauges Gauges() const;
  void OnDeviceLoss(DeviceId device, const absl::Status& fault);
  // Refuses what is new.
  void StopServing();

  // In the order of dependence: each uses only what stands above it.
  const Config config_;
  const std::function<void()> on_device_loss_;  // may be empty
  Clock& clock_;
  const SessionSecrets secrets_;
  std::unique_ptr<TokenList> tokens_;  // null: nobody needs one
  std::unique_ptr<BackendRegistry> backends_;
  const RefPtr<MemoryBudget> budget_;
  std::unique_ptr<OpMetrics> op_metrics_;  // null: ops are not timed
  CommandMetrics command_metrics_;
  RpcMetrics rpc_metrics_;
  Admission admission_;
  Timers timers_;
  HealthState health_;
  ThreadPool pool_;
  std::unique_ptr<SessionManager> sessions_;
  std::unique_ptr<Services> services_;
  MethodTable methods_;
  std::unique_ptr<RpcServer> rpc_;
  std::unique_ptr<MetricsEndpoint> endpoint_;
  std::unique_ptr<DeviceWatch> device_watch_;
};

}  // namespace gradd::server
