// Bytes of server memory that one more idle session costs. Each sample wants a fresh server: memory
// that was used once is not given back. Flags: --target; --pid of the server; --count of sessions.

#include <unistd.h>

#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "bench/bare/bare_stream.h"
#include "bench/rows/rows.h"
#include "client/cpp/gradd.h"

namespace gradd::bench {
namespace {

// Sessions that come and go first: what the first ones allocate is not theirs.
constexpr int kWarmUp = 20;

double ResidentBytes(int pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/statm");
  double pages = 0;
  file >> pages >> pages;
  Require(pages > 0, "cannot read the server's memory");
  return pages * static_cast<double>(sysconf(_SC_PAGESIZE));
}

// `open()` gives something that keeps one session open.
template <class Open>
Sample Measure(const Flags& flags, Open open) {
  const int pid = flags.Int("pid", 0), count = flags.Int("count", 400);
  {
    std::vector<decltype(open())> gone;
    for (int i = 0; i < kWarmUp; ++i) gone.push_back(open());
  }
  const auto settle = [] { std::this_thread::sleep_for(std::chrono::milliseconds(300)); };
  return [=] {
    settle();
    const double before = ResidentBytes(pid);
    std::vector<decltype(open())> open_ones;
    for (int i = 0; i < count; ++i) open_ones.push_back(open());
    settle();
    return (ResidentBytes(pid) - before) / count;
  };
}

}  // namespace

// A connection as users have it, that has computed something once.
Sample IdleSession(const Flags& flags) {
  ConnectionOptions options;
  options.target = flags.Text("target", "");
  return Measure(flags, [options] {
    const Connection connection(options);
    const Tensor x = ones({2, 3}, on(connection).requires_grad(true));
    (x * x).sum().backward();
    Require(x.grad()[0][0].item<float>() == 2, "wrong gradient");
    return connection;
  });
}

// A stream on a connection of its own, that has carried one message each way, after two unary
// calls: what CreateSession and Attach leave behind in gRPC is gRPC's.
Sample BareIdleStream(const Flags& flags) {
  const std::string target = flags.Text("target", "");
  const auto setup = Connect(target);
  CallBare(setup, "/bare/SetReply", std::string(64, 'r'));
  return Measure(flags, [target] {
    const auto channel = Connect(target);
    CallBare(channel, "/bare/CreateSession", std::string(16, 'c'));
    CallBare(channel, "/bare/Attach", std::string(64, 'a'));
    auto stream = std::make_unique<BareStream>(channel, "/bare/Stream");
    const grpc::Slice slice(std::string(256, 'q'));
    stream->Write(grpc::ByteBuffer(&slice, 1));
    grpc::ByteBuffer reply;
    Require(stream->Read(&reply), "no answer to a ping");
    return stream;
  });
}

}  // namespace gradd::bench
