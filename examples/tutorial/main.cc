// PyTorch's tutorial "The Fundamentals of Autograd" over the network.
//
//   script/server &                    # or any server; GRADD_TARGET says where
//   build/dev/examples/tutorial
//
// Prints what PyTorch prints (expected.txt), word for word.
#include <iostream>

#include "examples/tutorial/sections.h"

namespace tutorial {

void Title(const char* text) { std::cout << "\n=== " << text << " ===\n"; }

gradd::Tensor Waves(const gradd::Dims& shape, double scale, double step) {
  const gradd::Tensor index =
      gradd::arange(1, gradd::ElementCount(shape) + 1, 1, gradd::dtype(gradd::kFloat64));
  return (sin(index * step) * scale).to(gradd::kFloat32).reshape(shape);
}

}  // namespace tutorial

int main() {
  try {
    tutorial::Graph();
    tutorial::Training();
    tutorial::Modes();
    tutorial::Vectors();
  } catch (const gradd::Error& error) {
    std::cerr << "tutorial: " << error.what() << "\n";
    return 1;
  }
  return 0;
}
