// Microseconds for a training step of a small model, as bench/anchors/torch_step.py has it: two
// linear layers with ReLU between them, the sum of squared errors, plain gradient descent.
//
// Flags: --target; --fetch: after how many steps the loss is fetched.

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "bench/rows/rows.h"
#include "client/cpp/gradd.h"

namespace gradd::bench {
namespace {

constexpr int kRows = 16, kInputs = 1000, kHidden = 100, kOutputs = 10;
constexpr int kSteps = 200;  // a sample
constexpr double kLearningRate = 1e-3;

// The same in both programs: between -scale and scale.
std::vector<float> Numbers(int count, double scale) {
  std::vector<float> numbers(static_cast<size_t>(count));
  for (int i = 0; i < count; ++i) {
    numbers[static_cast<size_t>(i)] =
        static_cast<float>(scale * (2 * std::fmod(i * 0.6180339887 + 0.21, 1) - 1));
  }
  return numbers;
}

class TinyModel {
 public:
  explicit TinyModel(const Flags& flags)
      : connection_([&flags] {
          ConnectionOptions options;
          options.target = flags.Text("target", "");
          return options;
        }()),
        x_(Matrix(kRows, kInputs, 0.1)),
        y_(Matrix(kRows, kOutputs, 1)),
        weight1_(Parameter(kHidden, kInputs, 0.03)),
        bias1_(Vector(kHidden, 0.03)),
        weight2_(Parameter(kOutputs, kHidden, 0.1)),
        bias2_(Vector(kOutputs, 0.1)),
        optimizer_({weight1_, bias1_, weight2_, bias2_}, kLearningRate) {
    const float first = Step().item<float>();
    float loss = first;
    for (int i = 0; i < 50; ++i) loss = Step().item<float>();
    Require(loss < first && loss >= 0,
            "the loss went from " + std::to_string(first) + " to " + std::to_string(loss));
  }

  double MicrosAStep(int fetch) {
    const Stopwatch time;
    for (int i = 1; i <= kSteps; ++i) {
      const Tensor loss = Step();
      if (i % fetch == 0) (void)loss.item<float>();
    }
    connection_.Synchronize();
    return time.Micros() / kSteps;
  }

 private:
  Tensor Step() {
    optimizer_.zero_grad();
    const Tensor hidden = relu(linear(x_, weight1_, bias1_));
    const Tensor difference = linear(hidden, weight2_, bias2_) - y_;
    const Tensor loss = difference.pow(2).sum();
    loss.backward();
    optimizer_.step();
    return loss.detach();
  }

  Tensor Matrix(int rows, int columns, double scale) const {
    const std::vector<float> numbers = Numbers(rows * columns, scale);
    return from_blob(numbers.data(), {rows, columns}, on(connection_));
  }
  Tensor Parameter(int rows, int columns, double scale) const {
    const std::vector<float> numbers = Numbers(rows * columns, scale);
    return from_blob(numbers.data(), {rows, columns}, on(connection_).requires_grad(true));
  }
  Tensor Vector(int size, double scale) const {
    const std::vector<float> numbers = Numbers(size, scale);
    return from_blob(numbers.data(), {size}, on(connection_).requires_grad(true));
  }

  const Connection connection_;
  const Tensor x_, y_, weight1_, bias1_, weight2_, bias2_;
  optim::SGD optimizer_;
};

}  // namespace

Sample TinyModelStep(const Flags& flags) {
  const auto model = std::make_shared<TinyModel>(flags);
  const int fetch = flags.Int("fetch", 1);
  return [model, fetch] { return model->MicrosAStep(fetch); };
}

}  // namespace gradd::bench
