// A network that breaks at random changes nothing: each command is applied exactly once.
#include <atomic>
#include <chrono>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "client/cpp/gradd.h"
#include "tests/support/cutting_proxy.h"
#include "tests/support/running_server.h"

namespace gradd {
namespace {

// 1,000 steps of SGD with momentum on a small network; the weights at the end.
std::vector<float> Train(const std::string& target) {
  ConnectionOptions options;
  options.target = target;
  options.seed = 7;
  const Connection connection(options);
  const TensorOptions here = on(connection);
  const Tensor x = randn({16, 8}, here), goal = randn({16, 4}, here);
  Tensor w1 = randn({8, 12}, here), w2 = randn({12, 4}, here);
  w1.requires_grad_();
  w2.requires_grad_();
  optim::SGD sgd({w1, w2}, {.lr = 1e-3, .momentum = 0.9});
  for (int step = 0; step < 1000; ++step) {
    sgd.zero_grad();
    const Tensor difference = matmul(sin(matmul(x, w1)), w2) - goal;
    const Tensor loss = (difference * difference).sum();
    loss.backward();
    sgd.step();
    if (step % 20 == 0) (void)loss.item<float>();
  }
  std::vector<float> weights = w1.to_vector<float>();
  for (const float w : w2.to_vector<float>()) weights.push_back(w);
  return weights;
}

TEST(Retry, WeightsAreBitEqualToAnUndisturbedRun) {
  testing::RunningServer server;
  const std::vector<float> undisturbed = Train(server.target());
  EXPECT_EQ(Train(server.target()), undisturbed) << "the run itself repeats";

  CuttingProxy proxy(server.target());
  std::atomic<bool> done = false;
  std::atomic<int> cuts = 0;
  const auto cut_at_random = [&] {
    std::mt19937 random(1);
    while (!done) {
      std::this_thread::sleep_for(std::chrono::milliseconds(random() % 60));
      if (random() % 2 == 0) {
        proxy.Cut();
      } else {
        proxy.CutAfterBytesFromServer(1 + static_cast<int64_t>(random() % 2000));
      }
      ++cuts;
    }
    proxy.CutAfterBytesFromServer(0);
  };
  std::vector<float> disturbed;
  std::string failure;
  std::thread cutter(cut_at_random);
  try {
    disturbed = Train(proxy.target());
  } catch (const Error& error) {
    failure = error.what();
  }
  done = true;
  cutter.join();
  EXPECT_EQ(failure, "");
  EXPECT_GT(cuts, 5);
  ASSERT_EQ(disturbed.size(), undisturbed.size());
  for (size_t i = 0; i < disturbed.size(); ++i) EXPECT_EQ(disturbed[i], undisturbed[i]) << i;
}

// Wherever the first stream breaks, also before the client heard that it is open.
TEST(Retry, AFirstStreamMayBreakAtAnyByte) {
  testing::RunningServer server;
  ConnectionOptions options;
  const auto compute = [](const Connection& connection) {
    const Tensor x = tensor(1.5, on(connection).requires_grad(true));
    (x * x).backward();
    return x.grad().item<float>();
  };
  int64_t bytes = 0;
  {
    CuttingProxy proxy(server.target());
    options.target = proxy.target();
    const Connection connection(options);
    EXPECT_EQ(compute(connection), 3);
    bytes = proxy.bytes_from_server();
  }
  int connected = 0;
  for (int64_t cut = 1; cut < bytes; cut += 3) {
    CuttingProxy proxy(server.target());
    proxy.CutAfterBytesFromServer(cut);
    options.target = proxy.target();
    std::optional<Connection> connection;
    try {
      connection.emplace(options);
    } catch (const Error&) {
      continue;  // the break came before there was a stream, and nothing has begun
    }
    ++connected;
    EXPECT_EQ(compute(*connection), 3) << "cut after " << cut << " of " << bytes;
  }
  EXPECT_GT(connected, 5);
}

}  // namespace
}  // namespace gradd
