// Microseconds, the 99th percentile, that a small op takes whose value is waited for. Flags:
// --target;
// --heavy: whether another connection keeps the server busy meanwhile.

#include <algorithm>
#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "bench/rows/rows.h"
#include "client/cpp/gradd.h"

namespace gradd::bench {
namespace {

constexpr int kCalls = 1000;  // a sample

ConnectionOptions OptionsOf(const Flags& flags) {
  ConnectionOptions options;
  options.target = flags.Text("target", "");
  return options;
}

// Multiplies matrices of which each product takes a few milliseconds, always some ahead.
class HeavySession {
 public:
  explicit HeavySession(const ConnectionOptions& options)
      : thread_([this, options] {
          const Connection connection(options);
          Tensor product = ones({512, 512}, on(connection));
          const Tensor factor = full({512, 512}, 1.0 / 512, on(connection));
          while (!stopping_) {
            for (int i = 0; i < 4; ++i) product = matmul(product, factor);
            connection.Synchronize();
          }
        }) {}
  ~HeavySession() {
    stopping_ = true;
    thread_.join();
  }

 private:
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace

Sample LightSession(const Flags& flags) {
  const ConnectionOptions options = OptionsOf(flags);
  const auto connection = std::make_shared<Connection>(options);
  const Tensor x = ones({2, 3}, on(*connection));
  const bool heavy = flags.Int("heavy", 0) != 0;
  return [=] {
    const std::unique_ptr<HeavySession> other =
        heavy ? std::make_unique<HeavySession>(options) : nullptr;
    std::vector<double> micros(kCalls);
    for (double& call : micros) {
      const Stopwatch time;
      Require((x + x).sum().item<float>() == 12, "wrong sum");
      call = time.Micros();
    }
    const auto at = micros.begin() + kCalls * 99 / 100;
    std::nth_element(micros.begin(), at, micros.end());
    return *at;
  };
}

}  // namespace gradd::bench
