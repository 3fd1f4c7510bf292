#ifndef GRADD_BENCH_RPC_API_CLIENT_API_H_
#define GRADD_BENCH_RPC_API_CLIENT_API_H_

#include <chrono>
#include <cstdint>
#include <memory>

#include "rpc_api.pb.h"
#include <grpcpp/grpcpp.h>

namespace gradd::bench {

// A stream that one thread uses.
class ClientStream {
 public:
  virtual ~ClientStream() = default;
  // `request` must live until the stream is closed. With `more`, gRPC may hold it back until a
  // later message without `more`.
  virtual void Send(const StreamRequest& request, bool more) = 0;
  virtual void WaitApplied(uint64_t count) = 0;  // blocks until the server has acknowledged it
  virtual grpc::Status Close() = 0;              // once, after which nothing may be called
};

// One of gRPC's client APIs over one channel.
class ClientApi {
 public:
  virtual ~ClientApi() = default;
  virtual void Echo(const EchoRequest& request, EchoReply* reply) = 0;  // exits when it fails
  virtual std::unique_ptr<ClientStream> Open() = 0;
};

std::unique_ptr<ClientApi> MakeSyncClient(std::shared_ptr<grpc::Channel> channel);
std::unique_ptr<ClientApi> MakeCqClient(std::shared_ptr<grpc::Channel> channel,
                                        std::chrono::microseconds spin);
std::unique_ptr<ClientApi> MakeCallbackClient(std::shared_ptr<grpc::Channel> channel);

// Ends the process: a benchmark of failing calls means nothing.
void Require(bool ok, const char* what);
inline void Require(const grpc::Status& status) {
  Require(status.ok(), status.error_message().c_str());
}

inline grpc::WriteOptions Buffered(bool more) {
  grpc::WriteOptions options;
  if (more) options.set_buffer_hint();
  return options;
}

}  // namespace gradd::bench

#endif  // GRADD_BENCH_RPC_API_CLIENT_API_H_
