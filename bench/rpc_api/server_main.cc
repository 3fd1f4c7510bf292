// Serves Unary through --unary and Streaming through --stream (sync, cq or callback) on a TCP and
// a unix address until SIGTERM.

#include <sys/resource.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include <grpcpp/health_check_service_interface.h>

#include "bench/rpc_api/flags.h"
#include "bench/rpc_api/server_api.h"

namespace gradd::bench {
namespace {

std::unique_ptr<ServerApi> MakeServer(const std::string& name, const ServerConfig& config) {
  if (name == "sync") return MakeSyncServer(config);
  if (name == "cq") return MakeCqServer(config);
  if (name == "callback") return MakeCallbackServer(config);
  std::cerr << "unknown server API " << name << "\n";
  std::exit(2);
}

void RaiseFileLimit() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

int Main(const Flags& flags) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);  // before any thread starts
  RaiseFileLimit();

  const std::chrono::microseconds spin(flags.Int("spin_us", 0));
  std::unique_ptr<Pool> pool;
  if (const int threads = flags.Int("pool", 1); threads > 0) {
    pool = std::make_unique<Pool>(threads, std::chrono::microseconds(flags.Int("pool_spin_us", 0)));
  }
  const ServerConfig config{pool.get(), flags.Int("queues", 1), flags.Int("threads_per_queue", 1),
                            spin, flags.Int("raw", 0) != 0};

  const std::string stream = flags.Text("stream", "cq"), unary = flags.Text("unary", stream);
  std::vector<std::unique_ptr<ServerApi>> apis;
  grpc::EnableDefaultHealthCheckService(flags.Int("health", 0) != 0);
  grpc::ServerBuilder builder;
  apis.push_back(MakeServer(stream, config));
  apis.back()->Register(&builder, unary == stream, true);
  if (unary != stream) {
    apis.push_back(MakeServer(unary, config));
    apis.back()->Register(&builder, true, false);
  }
  flags.ForEachChannelArg(
      [&](const std::string& name, const auto& value) { builder.AddChannelArgument(name, value); });
  for (const char* listen : {"tcp", "unix"}) {
    const std::string address = flags.Text(listen, "");
    if (!address.empty()) builder.AddListeningPort(address, grpc::InsecureServerCredentials());
  }
  std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr) return 1;
  for (auto& api : apis) api->Start();
  std::cout << "ready" << std::endl;

  int signal;
  sigwait(&signals, &signal);
  server->Shutdown(std::chrono::system_clock::now());
  for (auto& api : apis) api->Stop();
  return 0;
}

}  // namespace
}  // namespace gradd::bench

int main(int argc, char** argv) { return gradd::bench::Main(gradd::bench::Flags(argc, argv)); }
