#include "tests/soak/training.h"

#include <cmath>
#include <random>

namespace gradd::soak {
namespace {

constexpr int64_t kBatch = 16, kInputs = 8, kHidden = 24, kOutputs = 3;
// Losses are looked at together after so many steps; between, nothing waits for the network.
constexpr int kLookEvery = 16;

// Numbers that come from this process, so that they depend on the seed alone.
class Source {
 public:
  Source(const Connection& connection, uint64_t seed) : connection_(connection), random_(seed) {}

  Tensor Uniform(const Dims& shape, double bound, bool requires_grad) {
    std::vector<float> numbers(ElementCount(shape));
    for (float& number : numbers) {
      const double unit = static_cast<double>(random_() >> 11) * 0x1p-53;
      number = static_cast<float>((2 * unit - 1) * bound);
    }
    return from_blob(numbers.data(), shape, on(connection_).requires_grad(requires_grad));
  }
  Tensor Weight(int64_t outputs, int64_t inputs) {
    return Uniform({outputs, inputs}, 1 / std::sqrt(static_cast<double>(inputs)), true);
  }
  Tensor Bias(int64_t outputs) { return Uniform({outputs}, 0.1, true); }

 private:
  const Connection& connection_;
  std::mt19937_64 random_;
};

optim::Optimizer MakeOptimizer(const std::vector<Tensor>& parameters, uint64_t seed) {
  if (seed % 2 == 1) return optim::Adam(parameters, 0.01);
  return optim::SGD(parameters, optim::SgdOptions{.lr = 0.05, .momentum = 0.9});
}

}  // namespace

std::vector<float> Train(const Connection& connection, uint64_t seed, int steps) {
  Source source(connection, seed);
  const Tensor input = source.Uniform({kBatch, kInputs}, 1, false);
  const Tensor wanted = source.Uniform({kBatch, kOutputs}, 1, false);
  const std::vector<Tensor> parameters = {source.Weight(kHidden, kInputs),  source.Bias(kHidden),
                                          source.Weight(kHidden, kHidden),  source.Bias(kHidden),
                                          source.Weight(kOutputs, kHidden), source.Bias(kOutputs)};
  optim::Optimizer optimizer = MakeOptimizer(parameters, seed);

  std::vector<float> losses;
  std::vector<Tensor> pending;
  for (int step = 1; step <= steps; ++step) {
    const Tensor first = tanh(linear(input, parameters[0], parameters[1]));
    const Tensor second = relu(linear(first, parameters[2], parameters[3]));
    const Tensor loss = mse_loss(linear(second, parameters[4], parameters[5]), wanted);
    loss.backward();
    optimizer.step_and_zero_grad();
    pending.push_back(loss.detach());
    if (step % kLookEvery != 0 && step != steps) continue;
    const std::vector<float> looked_at = stack(pending).to_vector<float>();
    losses.insert(losses.end(), looked_at.begin(), looked_at.end());
    pending.clear();
  }
  return losses;
}

}  // namespace gradd::soak
