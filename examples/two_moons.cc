// Tells two interleaved half circles apart: a small network, Adam and cross-entropy.
//
//   build/dev/examples/two_moons
//
// Ends with an error unless more than 98 % of points that it was not trained on are told apart.
#include <cmath>
#include <cstdio>
#include <iostream>
#include <memory>

#include "client/cpp/gradd.h"
#include "client/cpp/nn/nn.h"

namespace {

constexpr double kWantedAccuracy = 0.98;

struct Points {
  gradd::Tensor positions;  // [count, 2]
  gradd::Tensor classes;    // [count]: 0 or 1
};

// Half of the points on the upper half of a circle, half on the lower half of another that reaches
// into it, with some noise.
Points TwoMoons(int64_t count) {
  const int64_t half = count / 2;
  const gradd::Tensor angle = gradd::rand({half}) * M_PI;
  const gradd::Tensor upper = gradd::stack({cos(angle), sin(angle)}, 1);
  const gradd::Tensor lower = gradd::stack({1 - cos(angle), 0.5 - sin(angle)}, 1);
  const gradd::Tensor noise = gradd::randn({2 * half, 2}) * 0.1;
  return {gradd::cat({upper, lower}) + noise,
          gradd::cat({gradd::zeros({half}, gradd::kInt64), gradd::ones({half}, gradd::kInt64)})};
}

double Accuracy(gradd::nn::Layer& model, const Points& points) {
  const gradd::NoGradGuard no_grad;
  const gradd::Tensor right = model(points.positions).argmax(1).eq(points.classes);
  return right.to(gradd::kFloat32).mean().item<double>();
}

int Train() {
  const Points training = TwoMoons(512);
  const Points unseen = TwoMoons(1000);
  gradd::nn::Sequential model(
      std::make_shared<gradd::nn::Linear>(2, 32), std::make_shared<gradd::nn::Tanh>(),
      std::make_shared<gradd::nn::Linear>(32, 32), std::make_shared<gradd::nn::Tanh>(),
      std::make_shared<gradd::nn::Linear>(32, 2));
  std::cout << model << "\n";
  gradd::optim::Adam optimizer(model.parameters(), 0.01);
  for (int epoch = 0; epoch <= 300; ++epoch) {
    optimizer.zero_grad();
    const gradd::Tensor loss = cross_entropy(model(training.positions), training.classes);
    loss.backward();
    optimizer.step();
    if (epoch % 50 == 0) {
      std::printf("epoch %3d  loss %.4f  accuracy on unseen points %.3f\n", epoch,
                  loss.item<double>(), Accuracy(model, unseen));
    }
  }
  const double accuracy = Accuracy(model, unseen);
  std::printf("accuracy %.3f\n", accuracy);
  if (accuracy > kWantedAccuracy) return 0;
  std::fprintf(stderr, "two_moons: less than %.2f\n", kWantedAccuracy);
  return 1;
}

}  // namespace

int main() {
  try {
    return Train();
  } catch (const gradd::Error& error) {
    std::cerr << "two_moons: " << error.what() << "\n";
    return 1;
  }
}
