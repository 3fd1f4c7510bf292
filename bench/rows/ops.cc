// The chain z = (z / x) * y on 2x3, two ops a link, x and y requiring grad, as
// bench/anchors/torch_ops.py runs it. Nothing waits but the end of a sample.
//
// Flags: --target; --links of a chain; --rounds, how many chains a sample has. A chain is built and
// dropped, and everything that the dropping costs is inside the sample.

#include <cmath>
#include <memory>
#include <string>

#include "bench/rows/rows.h"
#include "client/cpp/gradd.h"

namespace gradd::bench {
namespace {

class Chain {
 public:
  explicit Chain(const Flags& flags)
      : links_(flags.Int("links", 1000)),
        rounds_(flags.Int("rounds", 1)),
        connection_([&flags] {
          ConnectionOptions options;
          options.target = flags.Text("target", "");
          return options;
        }()),
        x_(Numbers()),
        y_(Numbers()),
        start_(ones({2, 3}, on(connection_))) {
    for (const float z : Forward().to_vector<float>()) {
      Require(std::abs(z - 1) < 1e-2, "the chain ends at " + std::to_string(z) + ", not at 1");
    }
  }

  // Microseconds an op.
  double StreamOps() const {
    const Stopwatch time;
    for (int round = 0; round < rounds_; ++round) (void)Forward();
    connection_.Synchronize();
    return time.Micros() / ops();
  }

  // Microseconds a node, forward and backward.
  double Backward() const {
    const Stopwatch time;
    for (int round = 0; round < rounds_; ++round) {
      Forward().sum().backward();
      x_.zero_grad();
      y_.zero_grad();
    }
    connection_.Synchronize();
    return time.Micros() / ops();
  }

  // Of sum(z) by x: every link contributes -z / x.
  void CheckGradient() const {
    Forward().sum().backward();
    const float slope = x_.grad().to_vector<float>()[0];
    Require(std::abs(slope / static_cast<float>(-links_) - 1) < 1e-2,
            "the gradient is " + std::to_string(slope));
    x_.zero_grad();
    y_.zero_grad();
  }

 private:
  Tensor Numbers() const {
    return tensor({{1, 2, 3}, {4, 5, 6}}, on(connection_).dtype(kFloat32).requires_grad(true));
  }

  Tensor Forward() const {
    Tensor z = start_;
    for (int i = 0; i < links_; ++i) z = (z / x_) * y_;
    return z;
  }

  double ops() const { return 2.0 * links_ * rounds_; }

  const int links_;
  const int rounds_;
  const Connection connection_;
  const Tensor x_;
  const Tensor y_;
  const Tensor start_;
};

}  // namespace

Sample OpStream(const Flags& flags) {
  const auto chain = std::make_shared<Chain>(flags);
  return [chain] { return chain->StreamOps(); };
}

Sample BackwardOfChain(const Flags& flags) {
  const auto chain = std::make_shared<Chain>(flags);
  if (flags.Int("check", 1) != 0) chain->CheckGradient();
  return [chain] { return chain->Backward(); };
}

}  // namespace gradd::bench
