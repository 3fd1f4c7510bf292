#include "server/rpc/rpc_server.h"

#include <utility>

#include "absl/synchronization/mutex.h"
#include <grpc/support/log.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/server_builder.h>

#include "core/base/status.h"
#include "proto/codec/quoted.h"
#include "server/errors.h"
#include "server/limits.h"
#include "server/log.h"

namespace gradd::server {
namespace {

constexpr int kRequested = 2;

// Process-wide settings of the libraries under gRPC.
void SetUpLibraries() {
  // It reports what clients do wrong as errors of its own; that goes into the debug log.
  gpr_set_log_function([](gpr_log_func_args* line) {
    Log(LogLevel::kDebug, absl::StrCat("grpc: ", codec::Quoted(line->message)));
  });
  // Debian's Abseil looks for deadlocks at every lock, a fifteenth of what a call costs.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
}

void SetArguments(const RpcServerOptions& options, grpc::ServerBuilder& builder) {
  builder.SetMaxReceiveMessageSize(static_cast<int>(options.message_bytes));
  builder.SetMaxSendMessageSize(-1);
  // A small message can expand to any size.
  builder.SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_DEFLATE, false);
  builder.SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_GZIP, false);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, limits::kStreamsPerConnection);
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, limits::kMetadataBytes);
  // Two servers on one port would share its connections at random.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  // Connections whose other end vanished without a word are found by pings.
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 60'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 20'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 5'000);
  builder.AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, 10'000);
}

}  // namespace

RpcServer::RpcServer(const RpcServerOptions& options, const MethodTable& methods, Gate gate,
                     Observe observe)
    : options_(options), methods_(methods), gate_(std::move(gate)), observe_(std::move(observe)) {}

absl::StatusOr<std::unique_ptr<RpcServer>> RpcServer::Start(const RpcServerOptions& options,
                                                            const MethodTable& methods, Gate gate,
                                                            Observe observe) {
  std::unique_ptr<RpcServer> server(
      new RpcServer(options, methods, std::move(gate), std::move(observe)));
  GRADD_RETURN_IF_ERROR(server->Listen());
  server->KeepListening(false);
  for (int i = 0; i < options.pollers; ++i) {
    server->pollers_.emplace_back([raw = server.get()] { raw->Poll(); });
  }
  return server;
}

absl::Status RpcServer::Listen() {
  GRADD_ASSIGN_OR_RETURN(const auto tls, MakeTlsCredentials(options_.tls));
  SetUpLibraries();
  grpc::EnableDefaultHealthCheckService(false);  // it would start the callback API's threads
  grpc::ServerBuilder builder;
  SetArguments(options_, builder);
  builder.RegisterAsyncGenericService(&service_);
  queue_ = builder.AddCompletionQueue();
  std::vector<int> ports(options_.listen.size(), 0);
  for (size_t i = 0; i < options_.listen.size(); ++i) {
    const ListenAddress& address = options_.listen[i];
    const bool encrypted = tls != nullptr && !address.is_unix;
    builder.AddListeningPort(address.ToString(),
                             encrypted ? tls : grpc::InsecureServerCredentials(), &ports[i]);
  }
  server_ = builder.BuildAndStart();
  for (size_t i = 0; i < ports.size(); ++i) {
    addresses_.push_back(options_.listen[i]);
    if (!addresses_[i].is_unix) addresses_[i].port = ports[i];
    if (server_ == nullptr && ports[i] == 0) {
      return FailedPrecondition("LISTEN", "Cannot listen on ", options_.listen[i].ToString(),
                                "; is it in use?");
    }
  }
  if (server_ == nullptr) return FailedPrecondition("LISTEN", "Cannot start the gRPC server");
  return absl::OkStatus();
}

RpcServer::~RpcServer() {
  if (server_ != nullptr) {
    {
      MutexLock lock(mutex_);
      shutting_down_ = true;
    }
    server_->Shutdown(std::chrono::system_clock::now());
    while (live_calls().load() > 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  if (queue_ == nullptr) return;
  queue_->Shutdown();
  for (std::thread& poller : pollers_) poller.join();
  void* tag;
  bool ok;
  while (queue_->Next(&tag, &ok)) {
  }
}

void RpcServer::Drain() {
  std::vector<RefPtr<GrpcCall>> streams;
  {
    MutexLock lock(mutex_);
    draining_ = true;
    for (const GrpcCall* stream : streams_) streams.emplace_back(const_cast<GrpcCall*>(stream));
  }
  for (const RefPtr<GrpcCall>& stream : streams) stream->Drain();
}

bool RpcServer::Next(void** tag, bool* ok) {
  if (options_.spin.count() > 0) {
    const auto until = std::chrono::steady_clock::now() + options_.spin;
    do {
      switch (queue_->AsyncNext(tag, ok, gpr_time_0(GPR_CLOCK_REALTIME))) {
        case grpc::CompletionQueue::GOT_EVENT:
          return true;
        case grpc::CompletionQueue::SHUTDOWN:
          return false;
        case grpc::CompletionQueue::TIMEOUT:
          break;
      }
    } while (std::chrono::steady_clock::now() < until);
  }
  return queue_->Next(tag, ok);
}

void RpcServer::Poll() {
  void* tag;
  bool ok;
  while (Next(&tag, &ok)) {
    auto* const completed = static_cast<GrpcCall::Tag*>(tag);
    const bool call_came = completed->is_start;
    completed->Complete(ok);
    KeepListening(call_came);
  }
}

// Getting ready for the next call takes some microseconds, which a call that just came need not
// wait for as long as another may come meanwhile.
void RpcServer::KeepListening(bool call_came) {
  for (;;) {
    {
      MutexLock lock(mutex_);
      if (shutting_down_ || requested_ == kRequested || (call_came && requested_ > 0)) return;
      ++requested_;
    }
    RequestNext();
  }
}

void RpcServer::RequestNext() {
  CallSource& source = *this;
  MakeRef<GrpcCall>(source)->Request();
}

void RpcServer::Request(grpc::GenericServerContext* context,
                        grpc::GenericServerAsyncReaderWriter* stream, void* tag) {
  service_.RequestCall(context, stream, queue_.get(), queue_.get(), tag);
}

void RpcServer::OnCall(RefPtr<GrpcCall> call, absl::string_view name) {
  {
    MutexLock lock(mutex_);
    --requested_;
  }
  const Method* const method = methods_.Find(name);
  call->set_method(method);
  // Who may not call learns nothing of what there is.
  static const Method kUnknown;
  absl::StatusOr<Admission::Share> share = gate_(method == nullptr ? kUnknown : *method, *call);
  if (!share.ok()) return call->Finish(share.status());
  if (method == nullptr) return call->Finish(errors::UnknownMethod(name));
  bool draining = false;
  if (method->is_stream) {
    MutexLock lock(mutex_);
    streams_.insert(call.get());
    draining = draining_;
  }
  call->Serve(*std::move(share));
  if (draining) call->Drain();
}

void RpcServer::OnEnd(const GrpcCall& call, int code) {
  if (call.method() != nullptr && call.method()->is_stream) {
    MutexLock lock(mutex_);
    streams_.erase(&call);
  }
  observe_(call.method(), code, absl::Now() - call.started());
}

}  // namespace gradd::server
