#include <iostream>
#include <memory>

#include "client/cpp/nn/nn.h"
#include "examples/tutorial/sections.h"

namespace tutorial {
namespace {

class TinyModel : public gradd::nn::Layer {
 public:
  TinyModel() {
    layer1 = register_module("layer1", std::make_shared<gradd::nn::Linear>(1000, 100));
    relu = register_module("relu", std::make_shared<gradd::nn::ReLU>());
    layer2 = register_module("layer2", std::make_shared<gradd::nn::Linear>(100, 10));
  }

  gradd::Tensor forward(const gradd::Tensor& x, gradd::SourceLine) override {
    return (*layer2)((*relu)((*layer1)(x)));
  }

  std::shared_ptr<gradd::nn::Linear> layer1, layer2;
  std::shared_ptr<gradd::nn::ReLU> relu;
};

}  // namespace

void Training() {
  Title("4. Training");
  const gradd::Tensor some_input = Waves({16, 1000}, 1.0, 0.7);
  const gradd::Tensor ideal_output = Waves({16, 10}, 1.0, 1.3);
  TinyModel model;
  std::cout << model << "\n";
  {
    const gradd::NoGradGuard no_grad;
    model.layer1->weight().copy_(Waves({100, 1000}, 0.03, 0.11));
    model.layer1->bias().copy_(Waves({100}, 0.03, 0.13));
    model.layer2->weight().copy_(Waves({10, 100}, 0.1, 0.17));
    model.layer2->bias().copy_(Waves({10}, 0.1, 0.19));
  }
  const gradd::Slice first_ten = {0, 10};
  std::cout << model.layer2->weight()[0][first_ten] << "\n";
  std::cout << "grad: " << model.layer2->weight().grad() << "\n";

  gradd::optim::SGD optimizer(model.parameters(), 0.001);
  const auto loss_of = [&] { return (ideal_output - model(some_input)).pow(2).sum(); };
  const gradd::Tensor loss = loss_of();
  std::cout << "loss: " << loss << "\n";
  loss.backward();
  std::cout << model.layer2->weight()[0][first_ten] << "\n";
  std::cout << model.layer2->weight().grad()[0][first_ten] << "\n";
  optimizer.step();
  std::cout << model.layer2->weight()[0][first_ten] << "\n";
  std::cout << model.layer2->weight().grad()[0][first_ten] << "\n";

  std::cout << "five more passes without zero_grad\n";
  for (int i = 0; i < 5; ++i) loss_of().backward();
  std::cout << model.layer2->weight().grad()[0][first_ten] << "\n";
  optimizer.zero_grad(/*set_to_none=*/false);
  std::cout << model.layer2->weight().grad()[0][first_ten] << "\n";
}

}  // namespace tutorial
