#ifndef GRADD_BENCH_RPC_API_SERVER_API_H_
#define GRADD_BENCH_RPC_API_SERVER_API_H_

#include <chrono>
#include <memory>

#include "rpc_api.pb.h"
#include <grpcpp/grpcpp.h>

#include "bench/rpc_api/pool.h"
#include "bench/rpc_api/usage.h"

namespace gradd::bench {

struct ServerConfig {
  Pool* pool = nullptr;            // null: messages are applied on the RPC thread
  int queues = 1;                  // completion queues, CQ API only
  int threads_per_queue = 1;       // CQ API only
  std::chrono::microseconds spin;  // CQ API only: poll this long before blocking
  bool raw = false;                // CQ API only: the strand decodes instead of the RPC thread
};

// One of gRPC's server APIs, serving Unary, Streaming or both.
class ServerApi {
 public:
  virtual ~ServerApi() = default;
  virtual void Register(grpc::ServerBuilder* builder, bool unary, bool streaming) = 0;
  virtual void Start() {}  // after BuildAndStart
  virtual void Stop() {}   // after grpc::Server::Shutdown
};

std::unique_ptr<ServerApi> MakeSyncServer(const ServerConfig& config);
std::unique_ptr<ServerApi> MakeCqServer(const ServerConfig& config);
std::unique_ptr<ServerApi> MakeCallbackServer(const ServerConfig& config);

inline void AnswerEcho(const EchoRequest& request, EchoReply* reply) {
  reply->set_payload(request.payload());
  if (!request.want_usage()) return;
  const Usage usage = CurrentUsage();
  reply->set_cpu_us(usage.cpu_us);
  reply->set_context_switches(usage.context_switches);
}

}  // namespace gradd::bench

#endif  // GRADD_BENCH_RPC_API_SERVER_API_H_
