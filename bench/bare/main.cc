// The least that a gRPC server can be, tuned as ours is: one completion queue, one poller, one
// generic service. What a row costs beyond it is ours. Runs until it is killed.

#include <cstdio>
#include <memory>

#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include "bench/bare/bare_call.h"

namespace gradd::bench {
namespace {

int Main() {
  // Its callback method would start threads that slow every stream down.
  grpc::EnableDefaultHealthCheckService(false);
  BareState state;
  grpc::ServerBuilder builder;
  builder.SetMaxReceiveMessageSize(-1);
  builder.SetMaxSendMessageSize(-1);
  builder.RegisterAsyncGenericService(&state.service);
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  const std::unique_ptr<grpc::ServerCompletionQueue> queue = builder.AddCompletionQueue();
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr) return 1;
  state.queue = queue.get();
  new BareCall(&state);
  std::printf("bare: listening on 127.0.0.1:%d\n", port);
  std::fflush(stdout);
  void* tag;
  bool ok;
  while (queue->Next(&tag, &ok)) static_cast<BareCall::Tag*>(tag)->Complete(ok);
  return 0;
}

}  // namespace
}  // namespace gradd::bench

int main() { return gradd::bench::Main(); }
