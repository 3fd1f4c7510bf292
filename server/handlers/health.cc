// grpc.health.v1: whether the server serves.
#include <utility>

#include "grpc/health/v1/health.pb.h"

#include "server/errors.h"
#include "server/handlers/methods.h"
#include "server/handlers/registration.h"

namespace gradd::server {
namespace {

using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;

constexpr absl::string_view kService = "/grpc.health.v1.Health/";

bool IsKnown(const std::string& service) {
  return service.empty() || service == "gradd.v1.GradientService" ||
         service == "grpc.health.v1.Health";
}

HealthCheckResponse::ServingStatus StatusOf(const Services& services, const std::string& service) {
  if (!IsKnown(service)) return HealthCheckResponse::SERVICE_UNKNOWN;
  return services.health.serving() ? HealthCheckResponse::SERVING
                                   : HealthCheckResponse::NOT_SERVING;
}

absl::StatusOr<HealthCheckResponse> Check(Services& services, const HealthCheckRequest& request) {
  if (!IsKnown(request.service())) return errors::UnknownService(request.service());
  HealthCheckResponse response;
  response.set_status(StatusOf(services, request.service()));
  return response;
}

// Sends the status now and whenever it changes, until the client has enough.
class Watch final : public CallHandler, private HealthState::Watcher {
 public:
  Watch(RefPtr<Call> call, Services& services) : call_(std::move(call)), services_(services) {}
  ~Watch() override { services_.health.Remove(*this); }

  void Start() override { call_->Read(); }

  void OnMessage(Message message) override {
    HealthCheckRequest request;
    if (absl::Status status = ParseRequest(message, &request); !status.ok()) return End(status);
    {
      MutexLock lock(mutex_);
      service_ = request.service();
      started_ = true;
    }
    services_.health.Add(*this);
    OnHealthChange();
  }
  void OnReadsDone() override {
    MutexLock lock(mutex_);
    if (!started_) EndLocked(errors::MessageMissing());
  }
  void OnWritten(bool ok) override {
    MutexLock lock(mutex_);
    writing_ = false;
    if (!ok && !end_) end_ = errors::CallCancelled();
    if (end_) return EndLocked(*end_);
    SendLocked();
  }
  void OnCancelled() override { End(errors::CallCancelled()); }
  void OnDrain() override {}  // it hears of the change and ends with the server

 private:
  void OnHealthChange() override {
    MutexLock lock(mutex_);
    SendLocked();
  }
  void SendLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    const HealthCheckResponse::ServingStatus status = StatusOf(services_, service_);
    if (writing_ || end_ || status == sent_) return;
    sent_ = status;
    writing_ = true;
    HealthCheckResponse response;
    response.set_status(status);
    call_->Write(absl::Cord(response.SerializeAsString()));
  }
  void End(const absl::Status& status) {
    MutexLock lock(mutex_);
    EndLocked(status);
  }
  void EndLocked(const absl::Status& status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (!end_) end_ = status;
    if (writing_ || finished_) return;
    finished_ = true;
    call_->Finish(*end_);
  }

  const RefPtr<Call> call_;
  Services& services_;
  Mutex mutex_;
  std::string service_ ABSL_GUARDED_BY(mutex_);
  int sent_ ABSL_GUARDED_BY(mutex_) = -1;
  bool started_ ABSL_GUARDED_BY(mutex_) = false;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
  std::optional<absl::Status> end_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

void AddHealthMethods(Services& services, MethodTable& methods) {
  Method check = Handle(kService, "Check", services, &Check);
  check.is_open = true;
  methods.Add(std::move(check));
  Method watch = StreamMethod<Watch>(kService, "Watch", services);
  watch.is_open = true;
  methods.Add(std::move(watch));
}

}  // namespace gradd::server
