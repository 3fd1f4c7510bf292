// The gRPC server: ports, completion queues and their pollers.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/server.h>

#include "core/base/mutex.h"
#include "server/rpc/grpc_call.h"
#include "server/rpc/method_table.h"
#include "server/security/credentials.h"
#include "server/security/listen_address.h"

namespace gradd::server {

struct RpcServerOptions {
  std::vector<ListenAddress> listen;
  TlsFiles tls;
  int64_t message_bytes;
  int pollers = 1;
  // How long a poller looks for work before it sleeps.
  std::chrono::microseconds spin{0};
};

class RpcServer final : private CallSource {
 public:
  // Asked before a call is served.
  using Gate =
      std::function<absl::StatusOr<Admission::Share>(const Method& method, const GrpcCall& call)>;
  // Told of every call that ended; null: of a method that does not exist.
  using Observe = std::function<void(const Method* method, int code, absl::Duration duration)>;

  // `methods` outlives the server.
  static absl::StatusOr<std::unique_ptr<RpcServer>> Start(const RpcServerOptions& options,
                                                          const MethodTable& methods, Gate gate,
                                                          Observe observe);
  // Breaks the calls that are left, and waits until nobody holds one.
  ~RpcServer() override;

  // With the ports that were chosen.
  const std::vector<ListenAddress>& addresses() const { return addresses_; }
  // Tells open streams to come to an end.
  void Drain();

 private:
  RpcServer(const RpcServerOptions& options, const MethodTable& methods, Gate gate,
            Observe observe);
  absl::Status Listen();
  void Poll();
  bool Next(void** tag, bool* ok);

  void Request(grpc::GenericServerContext* context, grpc::GenericServerAsyncReaderWriter* stream,
               void* tag) override;
  void OnCall(RefPtr<GrpcCall> call, absl::string_view method) override;
  void OnEnd(const GrpcCall& call, int code) override;
  void KeepListening(bool call_came);
  void RequestNext();

  const RpcServerOptions options_;
  const MethodTable& methods_;
  const Gate gate_;
  const Observe observe_;
  std::vector<ListenAddress> addresses_;
  grpc::AsyncGenericService service_;
  std::unique_ptr<grpc::ServerCompletionQueue> queue_;
  std::unique_ptr<grpc::Server> server_;
  std::vector<std::thread> pollers_;

  Mutex mutex_;
  absl::flat_hash_set<const GrpcCall*> streams_ ABSL_GUARDED_BY(mutex_);
  int requested_ ABSL_GUARDED_BY(mutex_) = 0;  // calls that wait for somebody to call
  bool draining_ ABSL_GUARDED_BY(mutex_) = false;
  bool shutting_down_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace gradd::server
