// Many clients at once, for long: every loss curve must be that of a run alone, bit for bit,
// nothing may fail, and the server's memory must not grow. Exits with 1 and a message otherwise.
//
//   soak SERVER-BINARY CLIENTS SECONDS
//
// Clients train in rounds. Half of them open a session for each round, the others keep one to the
// end. A thread of its own per client and round: lanes come and go as well.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "client/cpp/gradd.h"
#include "tests/soak/server_process.h"
#include "tests/soak/training.h"

namespace gradd::soak {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kStepsPerRound = 64;
// Pools, arenas and caches fill in the first rounds. What is there after them is the measure.
constexpr int kWarmUpRounds = 5;
// More memory than after the warm-up: for what rounds leave in allocators' arenas, which does not
// become more with their number. In ten minutes 10 bytes a step are more.
#if defined(__SANITIZE_ADDRESS__)
// What was freed stays in quarantine, up to 256 MiB.
constexpr int64_t kMayGrow = int64_t{512} << 20;
#else
constexpr int64_t kMayGrow = int64_t{16} << 20;
#endif

double MiB(int64_t bytes) { return static_cast<double>(bytes) / (1 << 20); }

// The first step whose loss differs, if there is one.
std::string Difference(const std::vector<float>& got, const std::vector<float>& expected) {
  if (got.size() != expected.size()) return std::to_string(got.size()) + " losses came";
  for (size_t i = 0; i < got.size(); ++i) {
    if (std::memcmp(&got[i], &expected[i], sizeof(float)) == 0) continue;
    char text[128];
    std::snprintf(text, sizeof(text), "the loss of step %zu is %.9g, but alone it was %.9g", i + 1,
                  got[i], expected[i]);
    return text;
  }
  return "";
}

class Client {
 public:
  Client(std::string target, uint64_t seed) : target_(std::move(target)), seed_(seed) {}

  // The losses that its rounds have to show. REQUIRES: nobody else uses the server.
  void RunAlone() { expected_ = Train(Connect(), seed_, kStepsPerRound); }

  // Leaves what went wrong in error().
  void RunRound() {
    try {
      const bool keeps_session = seed_ / 2 % 2 == 1;  // with either optimizer
      if (!connection_) connection_.emplace(Connect());
      const std::string difference =
          Difference(Train(*connection_, seed_, kStepsPerRound), expected_);
      if (!keeps_session) connection_.reset();
      if (!difference.empty()) error_ = difference;
    } catch (const std::exception& error) {
      error_ = error.what();
    }
  }
  const std::string& error() const { return error_; }

 private:
  Connection Connect() const {
    ConnectionOptions options;
    options.target = target_;
    options.reconnect_timeout = std::chrono::seconds(5);  // a server that is gone stays gone
    return Connection(options);
  }

  const std::string target_;
  const uint64_t seed_;
  std::vector<float> expected_;
  std::optional<Connection> connection_;
  std::string error_;
};

struct Summary {
  int clients = 0;
  int64_t rounds = 0;
  int64_t first_bytes = 0;  // after the warm-up
  int64_t last_bytes = 0;

  void Print() const {
    std::printf(
        "soak: %d clients, %ld rounds, %ld steps, errors 0, memory %.1f MiB -> %.1f MiB (may grow "
        "by %.0f MiB)\n",
        clients, rounds, rounds * clients * kStepsPerRound, MiB(first_bytes), MiB(last_bytes),
        MiB(kMayGrow));
  }
};

void RunRound(std::vector<Client>& clients, int64_t round) {
  std::vector<std::thread> threads;
  for (Client& client : clients) threads.emplace_back([&client] { client.RunRound(); });
  for (std::thread& thread : threads) thread.join();
  for (size_t i = 0; i < clients.size(); ++i) {
    if (clients[i].error().empty()) continue;
    throw std::runtime_error("client " + std::to_string(i) + " in round " + std::to_string(round) +
                             ": " + clients[i].error());
  }
}

Summary Run(const ServerProcess& server, int client_count, Clock::duration length) {
  std::vector<Client> clients;
  for (int i = 0; i < client_count; ++i) clients.emplace_back(server.target(), i);
  for (Client& client : clients) client.RunAlone();

  Summary summary;
  summary.clients = client_count;
  const Clock::time_point end = Clock::now() + length;
  while (Clock::now() < end || summary.rounds <= kWarmUpRounds) {
    RunRound(clients, ++summary.rounds);
    summary.last_bytes = server.ResidentBytes();
    if (summary.rounds <= kWarmUpRounds) {
      summary.first_bytes = std::max(summary.first_bytes, summary.last_bytes);
    }
    if (summary.last_bytes <= summary.first_bytes + kMayGrow) continue;
    char text[128];
    std::snprintf(text, sizeof(text),
                  "the server's memory grew from %.1f MiB to %.1f MiB in round %ld",
                  MiB(summary.first_bytes), MiB(summary.last_bytes), summary.rounds);
    throw std::runtime_error(text);
  }
  return summary;
}

int Main(const char* server_binary, int clients, int seconds) {
  std::optional<ServerProcess> server;
  try {
    server.emplace(server_binary);
    const Summary summary = Run(*server, clients, std::chrono::seconds(seconds));
    const int status = server->Stop();
    if (status != 0) throw std::runtime_error("the server ended with " + std::to_string(status));
    summary.Print();
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "soak: %s\n", error.what());
  }
  if (const std::optional<int> status = server ? server->Ended() : std::nullopt) {
    std::fprintf(stderr, "soak: the server had ended with %d\n", *status);
  }
  return 1;
}

}  // namespace
}  // namespace gradd::soak

int main(int argc, char** argv) {
  const int clients = argc == 4 ? std::atoi(argv[2]) : 0;
  const int seconds = argc == 4 ? std::atoi(argv[3]) : 0;
  if (clients < 1 || seconds < 1) {
    std::fprintf(stderr, "usage: soak SERVER-BINARY CLIENTS SECONDS\n");
    return 2;
  }
  return gradd::soak::Main(argv[1], clients, seconds);
}
