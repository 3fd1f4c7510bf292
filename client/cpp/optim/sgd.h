// Stochastic gradient descent, as torch.optim.SGD.
#pragma once

#include <memory>
#include <vector>

#include "client/cpp/tensor.h"

namespace gradd {
inline namespace client {
namespace optim {

struct SgdOptions {
  double lr = 1e-3;
  double momentum = 0;
  double dampening = 0;
  double weight_decay = 0;
  bool nesterov = false;
  bool maximize = false;
};

// The state is the server's; a step is one command for all parameters.
class SGD {
 public:
  explicit SGD(const std::vector<Tensor>& parameters, const SgdOptions& options = {},
               SourceLine source = SourceLine::Here());
  SGD(const std::vector<Tensor>& parameters, double lr, SourceLine source = SourceLine::Here())
      : SGD(parameters, SgdOptions{.lr = lr}, source) {}

  // Updates every parameter that has a gradient.
  void step(SourceLine source = SourceLine::Here());
  void zero_grad(bool set_to_none = true, SourceLine source = SourceLine::Here());
  const std::vector<Tensor>& parameters() const { return parameters_; }

 private:
  struct Handle;  // released with the optimizer

  std::vector<Tensor> parameters_;
  std::shared_ptr<Handle> handle_;
};

}  // namespace optim
}  // namespace client
}  // namespace gradd
