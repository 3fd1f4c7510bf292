// Losses on both host devices: what is reported of targets, and what is recorded.

#include <cmath>

#include <gtest/gtest.h>

#include "core/base/status.h"
#include "tests/support/engine.h"

namespace gradd {
namespace {

using testing::Engine;

constexpr int64_t kMean = 1, kIgnored = -100;

TEST(LossTest, SaysWhichTargetIsOutOfBounds) {
  for (const DeviceId device : testing::TestDevices()) {
    Engine e(device);
    const Value input = e.Tensor<float>({2, 3}, {1, 2, 3, 4, 5, 6});
    for (const int64_t bad : {7, -1}) {
      const Value target = e.Tensor<int64_t>({2}, {0, bad});
      const absl::Status status =
          e.Try("cross_entropy", {input, target}, {kIgnored, kMean, 0.0}).status();
      EXPECT_EQ(ErrorReason(status), "INDEX_OUT_OF_RANGE");
      EXPECT_EQ(status.message(), absl::StrCat("Target ", bad, " is out of bounds."));
    }
    // The error is the call's own: the next one is none the worse.
    const Value target = e.Tensor<int64_t>({2}, {0, 2});
    EXPECT_TRUE(e.Try("nll_loss", {input, target}, {kIgnored, kMean}).ok());
  }
}

TEST(LossTest, CrossEntropyRecordsPyTorchsNodes) {
  Engine e;
  const Value input = e.Tensor<float>({2, 3}, {1, 2, 3, 4, 5, 6}, true);
  const Value target = e.Tensor<int64_t>({2}, {0, 2});
  const Value loss = e.Op("cross_entropy", {input, target}, {kIgnored, kMean, 0.0});
  const Edge edge = testing::Must(e.tape.GradientEdge(loss));
  EXPECT_EQ(edge.node->op->node_name, "NllLossBackward0");
  EXPECT_EQ(edge.node->edges[0].node->op->node_name, "LogSoftmaxBackward0");
  testing::Must(e.Backward(loss));
}

// softmax - one_hot, over the number of rows.
TEST(LossTest, CrossEntropyHasTheGradientOfLogits) {
  Engine e;
  const std::vector<double> logits = {1, 2, 3, 4, 5, 6.5};
  const Value input = e.Tensor<double>({2, 3}, logits, true);
  const Value target = e.Tensor<int64_t>({2}, {0, 2});
  const Value loss = e.Op("cross_entropy", {input, target}, {kIgnored, kMean, 0.0});
  const std::vector<double> gradient = e.Read(testing::Must(e.Grad(loss, {input}))[0]);
  for (int row = 0; row < 2; ++row) {
    double sum = 0;
    for (int c = 0; c < 3; ++c) sum += std::exp(logits[row * 3 + c]);
    for (int c = 0; c < 3; ++c) {
      const double one_hot = c == (row == 0 ? 0 : 2) ? 1 : 0;
      EXPECT_NEAR(gradient[row * 3 + c], (std::exp(logits[row * 3 + c]) / sum - one_hot) / 2,
                  1e-14);
    }
  }
}

}  // namespace
}  // namespace gradd
