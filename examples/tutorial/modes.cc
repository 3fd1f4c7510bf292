#include <cmath>
#include <iostream>

#include "examples/tutorial/sections.h"

namespace tutorial {
namespace {

void TurningOff() {
  const gradd::Tensor a = gradd::ones({2, 3}, gradd::requires_grad());
  std::cout << a << "\n";
  const gradd::Tensor b1 = 2 * a;
  std::cout << b1 << "\n";
  a.requires_grad_(false);
  const gradd::Tensor b2 = 2 * a;
  std::cout << b2 << "\n";
}

void Guards() {
  const gradd::Tensor a = gradd::ones({2, 3}, gradd::requires_grad()) * 2;
  const gradd::Tensor b = gradd::ones({2, 3}, gradd::requires_grad()) * 3;
  std::cout << a + b << "\n";
  {
    const gradd::NoGradGuard no_grad;
    std::cout << a + b << "\n";
  }
  std::cout << a * b << "\n";
  const gradd::NoGradGuard no_grad;
  const gradd::EnableGradGuard enable_grad;
  std::cout << a * b << "\n";
}

}  // namespace

void Modes() {
  Title("5. Turning autograd off and on");
  TurningOff();
  Guards();
  const gradd::Tensor x = gradd::linspace(0, 1, 5, gradd::requires_grad());
  const gradd::Tensor y = x.detach();
  std::cout << x << "\n" << y << "\n";

  Title("6. In-place operations and autograd");
  const gradd::Tensor a = gradd::linspace(0., 2. * M_PI, 25, gradd::requires_grad());
  try {
    sin_(a);
  } catch (const gradd::Error& error) {
    std::cout << error.message() << "\n";
  }
}

void Vectors() {
  Title("8. More: gradients of vectors");
  const gradd::Tensor x = Waves({3}, 1.0, 0.7);
  x.requires_grad_();
  gradd::Tensor y = x * 2;
  while (y.detach().norm().item<double>() < 1000) y = y * 2;
  std::cout << y << "\n";
  try {
    y.backward();
  } catch (const gradd::Error& error) {
    std::cout << error.message() << "\n";
  }
  y.backward(gradd::tensor({0.1, 1.0, 0.0001}));
  std::cout << x.grad() << "\n";
}

}  // namespace tutorial
