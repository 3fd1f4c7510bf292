#include <cmath>
#include <iostream>

#include "examples/tutorial/sections.h"

namespace tutorial {
namespace {

// "((<MulBackward0>, 0), (None, 0))"
void PrintNextFunctions(const gradd::Node& node) {
  std::cout << "(";
  const char* comma = "";
  for (const gradd::Node::Edge& edge : node.next_functions()) {
    std::cout << comma << "(" << edge.node << ", " << edge.output << ")";
    comma = ", ";
  }
  std::cout << ")\n";
}

}  // namespace

void Graph() {
  Title("1. Every op is recorded");
  const gradd::Tensor a = gradd::linspace(0., 2. * M_PI, 25, gradd::requires_grad());
  std::cout << a << "\n";
  const gradd::Tensor b = sin(a);
  std::cout << b << "\n";
  const gradd::Tensor c = 2 * b;
  std::cout << c << "\n";
  const gradd::Tensor d = c + 1;
  std::cout << d << "\n";
  const gradd::Tensor out = d.sum();
  std::cout << out << "\n";

  Title("2. The graph can be walked");
  for (const auto& [name, tensor] : {std::pair("d", d), std::pair("c", c), std::pair("b", b)}) {
    std::cout << name << ": " << tensor.grad_fn() << " ";
    PrintNextFunctions(tensor.grad_fn());
  }
  const gradd::Node leaf = b.grad_fn().next_functions()[0].node;
  std::cout << "accumulates into a: " << leaf << " ";
  PrintNextFunctions(leaf);
  std::cout << "a: " << a.grad_fn() << "\n";

  Title("3. backward() fills .grad of leaves");
  out.backward();
  std::cout << a.grad() << "\n";
  const bool equal = (a.grad() - 2 * cos(a)).abs().amax().item<double>() < 1e-6;
  std::cout << "equals 2 cos(a): " << (equal ? "True" : "False") << "\n";
  std::cout << "c.grad: " << c.grad() << "\n";
}

}  // namespace tutorial
