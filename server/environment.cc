#include "server/environment.h"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"

#include "core/base/status.h"
#include "core/runtime/backend_module.h"
#include "server/handlers/methods.h"
#include "server/log.h"
#include "server/security/file.h"

namespace gradd::server {
namespace {

int ComputeThreads(int64_t wanted) {
  if (wanted > 0) return static_cast<int>(wanted);
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

RpcServerOptions RpcOptions(const Config& config) {
  RpcServerOptions options;
  for (const std::string& text : config.listen) {
    options.listen.push_back(*ParseListenAddress(text));  // CheckConfig has parsed it
  }
  options.tls = {config.tls_cert, config.tls_key, config.tls_client_ca};
  options.message_bytes = config.max_message_bytes;
  options.pollers = static_cast<int>(config.pollers);
  options.spin = std::chrono::microseconds(absl::ToInt64Microseconds(config.poller_spin));
  return options;
}

v1::Limits LimitsOf(const Config& config) {
  v1::Limits limits;
  limits.set_message_bytes(config.max_message_bytes);
  limits.set_inline_tensor_bytes(config.max_inline_bytes);
  limits.set_session_bytes(config.max_session_bytes);
  limits.set_session_tensors(config.max_session_tensors);
  limits.set_session_nodes(config.max_session_nodes);
  limits.set_calls_per_command(limits::kCallsPerCommand);
  return limits;
}

// "/gradd.v1.GradientService/Forward" -> "Forward"; of other services the whole name.
std::string MethodLabel(const Method* method) {
  if (method == nullptr) return "other";
  absl::string_view name = method->name;
  if (!absl::ConsumePrefix(&name, "/gradd.v1.GradientService/")) absl::ConsumePrefix(&name, "/");
  return std::string(name);
}

}  // namespace

Environment::Environment(const Config& config, const EnvironmentOverrides& overrides,
                         std::function<void()> on_device_loss)
    : config_(config),
      on_device_loss_(std::move(on_device_loss)),
      clock_(overrides.clock != nullptr ? *overrides.clock : Clock::Real()),
      secrets_(config.instance.empty() ? RandomHex(4) : config.instance),
      budget_(MakeRef<MemoryBudget>(config.max_server_bytes, nullptr)),
      admission_({config.max_calls, config.max_streams, config.max_queued_bytes}),
      timers_(clock_),
      pool_(ComputeThreads(config.compute_threads)) {}

absl::StatusOr<std::unique_ptr<Environment>> Environment::Start(
    const Config& config, const EnvironmentOverrides& overrides,
    std::function<void()> on_device_loss) {
  GRADD_RETURN_IF_ERROR(CheckConfig(config));
  std::unique_ptr<Environment> environment(
      new Environment(config, overrides, std::move(on_device_loss)));
  GRADD_RETURN_IF_ERROR(environment->Make(overrides));
  return environment;
}

absl::Status Environment::Make(const EnvironmentOverrides& overrides) {
  if (!config_.token_file.empty()) {
    GRADD_ASSIGN_OR_RETURN(const std::string text, ReadSmallFile(config_.token_file));
    GRADD_ASSIGN_OR_RETURN(auto tokens, TokenList::Parse(text));
    tokens_ = std::make_unique<TokenList>(std::move(tokens), clock_);
  }
  if (config_.op_metrics) {
    op_metrics_ = std::make_unique<OpMetrics>(OpHistogramsIn(limits::kOpSeries));
  }
  GRADD_RETURN_IF_ERROR(MakeSessions(overrides.reap_interval));
  services_.reset(new Services{clock_,
                               timers_,
                               admission_,
                               *sessions_,
                               health_,
                               backends_->devices(),
                               LimitsOf(config_),
                               config_.reflection,
                               {clock_, timers_, admission_, config_.max_call_duration},
                               {clock_, timers_, admission_, *sessions_}});
  methods_ = MakeMethods(*services_);
  const auto gate = [this](const Method& method, const GrpcCall& call) {
    return Admit(method, call);
  };
  const auto observe = [this](const Method* method, int code, absl::Duration duration) {
    if (method != nullptr && method->is_stream) {
      rpc_metrics_.CountStream(MethodLabel(method), code, duration);
    } else {
      rpc_metrics_.Count(MethodLabel(method), code, duration);
    }
  };
  health_.SetServing(true);
  GRADD_ASSIGN_OR_RETURN(rpc_, RpcServer::Start(RpcOptions(config_), methods_, gate, observe));
  if (config_.metrics != "off") {
    auto metrics = std::make_shared<ServerMetrics>([this] { return Gauges(); }, op_metrics_.get(),
                                                   command_metrics_, rpc_metrics_);
    GRADD_ASSIGN_OR_RETURN(endpoint_, MetricsEndpoint::Start(config_.metrics, std::move(metrics)));
  }
  device_watch_ = std::make_unique<DeviceWatch>(
      *backends_,
      [this](DeviceId device, const absl::Status& fault) { OnDeviceLoss(device, fault); });
  return absl::OkStatus();
}

absl::Status Environment::MakeSessions(absl::Duration reap_interval) {
  // Nobody who limits the tensors expects much more than that in use.
  backends_ = MakeHostBackends(config_.sim,
                               std::min(config_.max_cached_bytes, config_.max_server_bytes / 4));
  for (const std::string& path : config_.backend_module) {
    GRADD_RETURN_IF_ERROR(LoadBackendModule(path, *backends_));
  }
  for (const std::string& note : backends_->notes()) LogWarning(note);
  const std::optional<DeviceId> device = ParseDeviceId(config_.device);
  if (!device || backends_->Find(*device) == nullptr) {
    std::vector<std::string> notes = backends_->notes();
    if (device && device->kind == DeviceKind::kCuda && config_.backend_module.empty()) {
      notes.push_back("CUDA devices come with --backend_module=libgradd_cuda.so");
    }
    return InvalidArgument("FLAG", "--device=", config_.device, ": this server has no such device",
                           notes.empty() ? "" : "; ", absl::StrJoin(notes, "; "));
  }
  SessionManagerOptions options;
  options.session.device = *device;
  options.session.max_bytes = config_.max_session_bytes;
  options.session.max_tensors = config_.max_session_tensors;
  options.session.max_nodes = config_.max_session_nodes;
  options.session.inline_bytes = config_.max_inline_bytes;
  options.session.backends = backends_.get();
  options.session.server_budget = budget_;
  options.session.observer = op_metrics_.get();
  options.max_sessions = static_cast<int>(std::min<int64_t>(config_.max_sessions, INT32_MAX));
  options.lease = config_.lease;
  options.max_lease = config_.max_lease;
  options.command_duration = config_.max_command_duration;
  options.observer = &command_metrics_;
  options.reap_interval = reap_interval;
  sessions_ = std::make_unique<SessionManager>(options, clock_, pool_, secrets_);
  return absl::OkStatus();
}

Environment::~Environment() {
  device_watch_ = nullptr;
  endpoint_ = nullptr;
  // What runs is cancelled, so that nothing holds a call for long.
  if (sessions_ != nullptr) sessions_->EndAll();
  rpc_ = nullptr;
}

absl::StatusOr<Admission::Share> Environment::Admit(const Method& method, const GrpcCall& call) {
  if (method.is_open) return Admission::Share();
  if (tokens_ != nullptr) {
    GRADD_RETURN_IF_ERROR(tokens_->Check(call.Metadata("authorization")));
  }
  return method.is_stream ? admission_.AdmitStream() : admission_.AdmitCall();
}

ServerGauges Environment::Gauges() const {
  ServerGauges gauges;
  for (const RefPtr<HostedSession>& session : sessions_->All()) {
    ++gauges.sessions;
    gauges.tensors += session->stats().tensors;
    gauges.graph_nodes += session->stats().nodes;
  }
  gauges.tensor_bytes = budget_->used();
  for (const DeviceId id : backends_->devices()) {
    const Device& device = *backends_->Find(id)->device;
    gauges.cached_bytes += device.cached_bytes();
    if (const auto usage = device.usage()) gauges.devices.push_back({id, *usage});
  }
  gauges.queue_depth = admission_.requests();
  return gauges;
}

void Environment::OnDeviceLoss(DeviceId device, const absl::Status& fault) {
  // First: whoever ends the process does so even if what follows hangs.
  if (on_device_loss_) on_device_loss_();
  LogError("device ", ToString(device), " is lost, nothing new is served: ", fault.message());
  StopServing();
}

void Environment::StopServing() {
  health_.SetServing(false);
  admission_.Drain();
  rpc_->Drain();
}

void Environment::Drain(absl::Duration at_most) {
  StopServing();
  const auto until = std::chrono::steady_clock::now() +
                     absl::ToChronoNanoseconds(std::min(config_.drain, at_most));
  while (!admission_.idle() && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

}  // namespace gradd::server
