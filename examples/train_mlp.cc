// Trains the tutorial's model, 1000 -> 100 -> 10, on a batch of 16, and says how fast.
//
//   build/dev/examples/train_mlp [steps]
//
// Nothing in the loop waits for the network but the loss that is printed.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <memory>

#include "client/cpp/gradd.h"
#include "client/cpp/nn/nn.h"

namespace {

using Clock = std::chrono::steady_clock;

double SecondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

void Train(int steps) {
  const gradd::Tensor input = gradd::randn({16, 1000});
  const gradd::Tensor ideal = gradd::randn({16, 10});
  gradd::nn::Sequential model(std::make_shared<gradd::nn::Linear>(1000, 100),
                              std::make_shared<gradd::nn::ReLU>(),
                              std::make_shared<gradd::nn::Linear>(100, 10));
  gradd::optim::SGD optimizer(model.parameters(), 0.001);

  const int report_every = std::max(1, steps / 10);
  double first = 0, last = 0;
  const Clock::time_point start = Clock::now();
  for (int step = 1; step <= steps; ++step) {
    const gradd::Tensor loss = (ideal - model(input)).pow(2).sum();
    loss.backward();
    optimizer.step_and_zero_grad();
    if (step != 1 && step % report_every != 0 && step != steps) continue;
    last = loss.item<double>();
    if (step == 1) first = last;
    std::printf("\rstep %5d/%d  loss %12.6f  %7.0f steps/s", step, steps, last,
                step / SecondsSince(start));
    std::fflush(stdout);
  }
  std::printf("\nloss %.4f -> %.6f in %d steps\n", first, last, steps);
}

}  // namespace

int main(int argc, char** argv) {
  const int steps = argc > 1 ? std::atoi(argv[1]) : 2000;
  if (steps < 1) {
    std::fprintf(stderr, "usage: train_mlp [steps]\n");
    return 2;
  }
  try {
    Train(steps);
  } catch (const gradd::Error& error) {
    std::cerr << "train_mlp: " << error.what() << "\n";
    return 1;
  }
  return 0;
}
