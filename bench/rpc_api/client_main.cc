// Runs the workloads named in --workloads (unary,ping,throughput,idle or hold) through --api and
// prints one JSON object.

#include <sys/resource.h>

#include <cstdio>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <type_traits>
#include <vector>

#include "bench/rpc_api/client_api.h"
#include "bench/rpc_api/flags.h"
#include "bench/rpc_api/workloads.h"

namespace gradd::bench {
namespace {

std::shared_ptr<grpc::Channel> Connect(const Flags& flags, bool own_connection) {
  grpc::ChannelArguments args;
  flags.ForEachChannelArg([&](const std::string& name, const auto& value) {
    if constexpr (std::is_same_v<std::decay_t<decltype(value)>, int>) {
      args.SetInt(name, value);
    } else {
      args.SetString(name, value);
    }
  });
  // Channels to one address share a connection unless each has its own pool.
  if (own_connection) args.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel(flags.Text("address", ""), grpc::InsecureChannelCredentials(),
                                   args);
}

std::unique_ptr<ClientApi> MakeClient(const Flags& flags, bool own_connection) {
  const std::string name = flags.Text("api", "cq");
  auto channel = Connect(flags, own_connection);
  if (name == "sync") return MakeSyncClient(channel);
  if (name == "callback") return MakeCallbackClient(channel);
  Require(name == "cq", "unknown client API");
  return MakeCqClient(channel, std::chrono::microseconds(flags.Int("spin_us", 0)));
}

int Main(const Flags& flags) {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);

  StreamRequest message;
  message.set_ack_every(1);
  for (int i = flags.Int("commands", 64); i > 0; --i) {
    message.add_commands(std::string(flags.Int("command_bytes", 29), 'c'));
  }
  std::set<std::string> workloads;
  std::istringstream names(flags.Text("workloads", "unary,ping,throughput"));
  for (std::string name; std::getline(names, name, ',');) workloads.insert(name);
  const auto wanted = [&](const std::string& name) { return workloads.count(name) != 0; };

  if (wanted("hold")) {
    const int connections = flags.Int("connections", 1);
    std::vector<std::unique_ptr<ClientApi>> clients;
    for (int i = 0; i < connections; ++i) clients.push_back(MakeClient(flags, connections > 1));
    HoldStreams(clients, message, flags.Int("streams", 1000));
    return 0;
  }
  const std::chrono::milliseconds duration(flags.Int("duration_ms", 200));
  auto client = MakeClient(flags, false);
  std::printf("{\"message_bytes\": %zu", message.ByteSizeLong());
  if (wanted("unary")) MeasureUnary(client.get(), duration);
  if (wanted("ping")) MeasurePing(client.get(), message, duration);
  if (wanted("throughput")) {
    MeasureThroughput(client.get(), message, flags.Int("cork", 1), flags.Int("window", 256),
                      duration);
  }
  if (wanted("idle")) {
    MeasureAfterIdle(client.get(), message, flags.Int("samples", 30),
                     std::chrono::milliseconds(flags.Int("gap_ms", 2000)),
                     std::chrono::milliseconds(flags.Int("spread_ms", 0)));
  }
  std::printf("}\n");
  return 0;
}

}  // namespace
}  // namespace gradd::bench

int main(int argc, char** argv) { return gradd::bench::Main(gradd::bench::Flags(argc, argv)); }
