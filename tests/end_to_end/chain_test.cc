// A million ops over a connection: forward, backward and free are linear, and nothing recurses.
#include <chrono>
#include <cmath>
#include <thread>

#include <gtest/gtest.h>

#include "client/cpp/gradd.h"
#include "tests/support/running_server.h"

namespace gradd {
namespace {

TEST(ChainOverAConnection, OfAMillionOps) {
  testing::RunningServer server;
  ConnectionOptions options;
  options.target = server.target();
  const Connection connection(options);
  const Tensor x = tensor(0.5, on(connection).dtype(kFloat64).requires_grad(true));
  Tensor y = x;
  for (int i = 0; i < 1'000'000; ++i) y = i % 2 == 0 ? sin(y) : y * 1.000001;
  y.backward();
  double expected = 1, value = 0.5;
  for (int i = 0; i < 1'000'000; ++i) {
    expected *= i % 2 == 0 ? std::cos(value) : 1.000001;
    value = i % 2 == 0 ? std::sin(value) : value * 1.000001;
  }
  EXPECT_NEAR(x.grad().item<double>(), expected, 1e-9);
  y = Tensor();
  connection.Synchronize();
}

TEST(ChainOverAConnection, IsWalkedBeyondWhatOneDescriptionHolds) {
  testing::RunningServer server;
  ConnectionOptions options;
  options.target = server.target();
  const Connection connection(options);
  Tensor y = tensor(0.5, on(connection).requires_grad(true));
  for (int i = 0; i < 10'001; ++i) y = sin(y);
  int nodes = 0;
  Node node = y.grad_fn();
  y = Tensor();  // the node keeps the graph
  for (; node.name() == "SinBackward0"; node = node.next_functions()[0].node) ++nodes;
  EXPECT_EQ(nodes, 10'001);
  EXPECT_EQ(node.name(), "AccumulateGrad");
  EXPECT_TRUE(node.next_functions().empty());
}

}  // namespace
}  // namespace gradd
