// A first walk through Gradd: tensors on a server, the graph that it records, gradients, and a
// small training loop.
//
//   script/server &                        # or any server; GRADD_TARGET says where
//   build/dev/examples/first_gradients
#include <cmath>
#include <cstdio>
#include <iostream>
#include <vector>

#include "client/cpp/gradd.h"

namespace {

void Title(const char* text) { std::cout << "\n--- " << text << " ---\n"; }

// a, b = sin(a), c = 2 b, d = c + 1, out = sum(d), as in PyTorch's tutorial.
void ShowGradients() {
  std::vector<double> angles;
  for (int i = 0; i < 5; ++i) angles.push_back(i * 2 * M_PI / 4);
  const gradd::Tensor a = gradd::tensor(angles, gradd::requires_grad());
  const gradd::Tensor b = sin(a);
  const gradd::Tensor c = 2 * b;
  const gradd::Tensor d = c + 1;
  const gradd::Tensor out = d.sum();
  Title("Values, computed on the server");
  std::cout << "a   = " << a << "\nd   = " << d << "\nout = " << out << "\n";

  Title("The graph, walked from out to a");
  for (gradd::Node node = out.grad_fn(); node;) {
    std::cout << node << "  recorded at " << node.source_line() << "\n";
    const std::vector<gradd::Node::Edge> next = node.next_functions();
    node = next.empty() ? gradd::Node() : next[0].node;
  }

  out.backward();
  Title("d out / d a, and 2 cos(a) for comparison");
  std::cout << a.grad() << "\n" << 2 * cos(a.detach()) << "\n";
}

void ShowSecondDerivative() {
  Title("Derivatives of derivatives: x^3 at x = 2");
  const gradd::Tensor x = gradd::tensor(2.0, gradd::requires_grad());
  const gradd::Tensor y = x * x * x;
  const gradd::Tensor first = gradd::grad({y}, {x}, {}, {.create_graph = true})[0];
  const gradd::Tensor second = gradd::grad({first}, {x})[0];
  std::cout << "3 x^2 = " << first.item<double>() << ",  6 x = " << second.item<double>() << "\n";
}

void ShowError() {
  Title("An error names the line that caused it");
  try {
    (void)(gradd::ones({2, 3}) + gradd::ones({4}));
  } catch (const gradd::Error& error) {
    std::cout << error.what() << "\n";
  }
}

// Fits y = X w + b; nothing waits but the loss that is printed.
void ShowTraining() {
  Title("A regression by gradient descent");
  const gradd::Tensor inputs = gradd::randn({64, 3});
  const gradd::Tensor truth = gradd::tensor({{1.5}, {-2.0}, {0.5}});
  const gradd::Tensor targets = matmul(inputs, truth) + 0.25;

  const gradd::Tensor weights = gradd::zeros({3, 1}, gradd::requires_grad());
  const gradd::Tensor bias = gradd::zeros({1}, gradd::requires_grad());
  gradd::optim::SGD optimizer({weights, bias},
                              gradd::optim::SgdOptions{.lr = 0.05, .momentum = 0.9});
  for (int step = 0; step <= 60; ++step) {
    optimizer.zero_grad();
    const gradd::Tensor difference = matmul(inputs, weights) + bias - targets;
    const gradd::Tensor loss = (difference * difference).sum() / 64;
    loss.backward();
    optimizer.step();
    if (step % 15 == 0) std::printf("step %2d  loss %.6f\n", step, loss.item<double>());
  }
  std::cout << "weights " << weights.view({3}) << "\nbias    " << bias << "\n";
}

}  // namespace

int main() {
  try {
    ShowGradients();
    ShowSecondDerivative();
    ShowError();
    ShowTraining();
  } catch (const gradd::Error& error) {
    std::cerr << "first_gradients: " << error.what() << "\n";
    return 1;
  }
  return 0;
}
